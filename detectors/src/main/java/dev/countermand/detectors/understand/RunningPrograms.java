package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The programs that run text: shells, interpreters, what is run later or by another user. */
final class RunningPrograms {
  private final Readers readers;

  private RunningPrograms(Readers readers) {
    this.readers = readers;
  }

  static Map<String, Program> all(Readers readers) {
    RunningPrograms programs = new RunningPrograms(readers);
    Map<String, Program> all = new HashMap<>();
    all.put("shell", programs::shell);
    all.put("eval", programs::eval);
    all.put("later", programs::later);
    all.put("trap", programs::trap);
    all.put("alias", programs::alias);
    all.put("code", programs::code);
    all.put("windows-shell", programs::windowsShell);
    return all;
  }

  private static final Set<String> VALUED =
      Set.of("-o", "+o", "-O", "+O", "--rcfile", "--init-file");

  private void shell(Invocation call, Effects out) {
    List<Word> words = call.words();
    for (int i = 0; i < words.size(); i++) {
      String text = words.get(i).text();
      boolean option = text.length() > 1 && (text.charAt(0) == '-' || text.charAt(0) == '+');
      if (VALUED.contains(text)) {
        i++;
        continue;
      }
      if (option && text.charAt(1) != '-' && text.indexOf('c') > 0 && i + 1 < words.size()) {
        argument(words.get(i + 1), call, out);
        return;
      }
      if (!option) {
        script(words.get(i), call, out);
        return;
      }
    }
    fromInput(call, out);
  }

  private void argument(Word script, Invocation call, Effects out) {
    String text = script.text();
    if (script.dynamic() && script.substitutions().size() == 1 && text.startsWith("$(")) {
      String said = ShellReader.said(script.substitutions().get(0));
      if (said == null) {
        script(script, call, out);
        out.add(
            Verb.EXECUTE,
            "script",
            text,
            call.environment(Environments.LOCAL),
            Reversal.IMPOSSIBLE,
            0.6,
            call.text());
        return;
      }
      text = said;
    }
    readers.shell().read(text, call.context().deeper(), out);
  }

  private void script(Word script, Invocation call, Effects out) {
    String known = out.written(script.text());
    if (known == null && script.substitutions().size() == 1) {
      known = ShellReader.said(script.substitutions().get(0));
    }
    if (known != null && !call.context().tooDeep()) {
      boolean code = "code".equals(programOf(call.name()));
      if (code) {
        readers.code().read(known, call.context().deeper(), out);
      } else {
        readers.shell().read(known, call.context().deeper(), out);
      }
    }
    boolean fetched = script.substitutions().stream().anyMatch(RunningPrograms::fetches);
    String environment = call.environment(Environments.LOCAL);
    if (fetched) {
      out.add(
          Verb.EXECUTE,
          "remote-code",
          script.text(),
          environment,
          Reversal.IMPOSSIBLE,
          0.8,
          call.text());
    } else {
      readers.files().runs(script.text(), environment, call.context(), call.text(), out);
    }
  }

  private @Nullable String programOf(String name) {
    Tool tool = readers.knowledge().tool(name);
    return tool == null ? null : tool.program();
  }

  private static boolean fetches(String script) {
    return script.contains("curl") || script.contains("wget") || script.contains("http");
  }

  /** A shell without a script runs what is piped in. */
  private void fromInput(Invocation call, Effects out) {
    if (call.stdin() != null) {
      readers.shell().read(call.stdin(), call.context().deeper(), out);
    } else if (!call.feeder().isEmpty()) {
      boolean fetched = fetches(call.feeder());
      out.add(
          Verb.EXECUTE,
          fetched ? "remote-code" : "script",
          call.feeder(),
          call.environment(Environments.LOCAL),
          Reversal.IMPOSSIBLE,
          0.7,
          call.feeder() + " | " + call.name());
    } else {
      openShell(call, out);
    }
  }

  /** A shell whose commands are not seen here. */
  static void openShell(Invocation call, Effects out) {
    out.add(
        Verb.EXECUTE,
        "shell",
        call.name(),
        call.environment(Environments.LOCAL),
        Reversal.IMPOSSIBLE,
        0.5,
        call.text());
  }

  private void eval(Invocation call, Effects out) {
    List<Word> words = new ArrayList<>();
    for (Word word : call.words()) {
      String said =
          word.dynamic() && word.substitutions().size() == 1
              ? ShellReader.said(word.substitutions().get(0))
              : null;
      words.add(said == null ? word : Word.literal(said.strip()));
      if (word.dynamic() && said == null) {
        out.add(
            Verb.EXECUTE,
            "computed-command",
            word.text(),
            call.environment(Environments.LOCAL),
            Reversal.POSSIBLE,
            0.5,
            call.text());
      }
    }
    readers.shell().read(Wrappers.join(words), call.context().deeper(), out);
  }

  /** What another user runs, or what runs at another time. */
  private void later(Invocation call, Effects out) {
    String command = Arguments.of(call.words(), Set.of("-c")).value("-c");
    if (command == null) {
      command = call.name().equals("su") ? null : call.stdin();
    }
    if (command != null) {
      readers.shell().read(command, call.context().deeper(), out);
    }
    boolean su = call.name().equals("su");
    out.add(
        su ? Verb.GRANT : Verb.WRITE,
        su ? "account" : "scheduled-jobs",
        "",
        call.environment(Environments.LOCAL),
        Reversal.IMPOSSIBLE,
        0.7,
        call.text());
  }

  private void trap(Invocation call, Effects out) {
    if (call.words().size() > 1 && !call.words().get(0).text().startsWith("-")) {
      readers.shell().read(call.words().get(0).text(), call.context().deeper(), out);
    }
  }

  private void alias(Invocation call, Effects out) {
    for (Word word : call.words()) {
      int equals = word.text().indexOf('=');
      if (equals > 0 && out.step()) {
        out.defined().add(word.text().substring(0, equals));
        readers.shell().read(word.text().substring(equals + 1), call.context().deeper(), out);
      }
    }
  }

  private void code(Invocation call, Effects out) {
    List<Word> words = call.words();
    for (int i = 0; i < words.size(); i++) {
      String text = words.get(i).text();
      boolean evaluated = i == 0 && text.equals("eval");
      if (i + 1 < words.size() && (evaluated || carriesCode(call.name(), text))) {
        readers.code().read(words.get(i + 1).text(), call.context().deeper(), out);
        out.add(
            Verb.EXECUTE,
            "code",
            call.name(),
            call.environment(Environments.LOCAL),
            Reversal.POSSIBLE,
            0.7,
            call.text());
        return;
      }
      if (!text.startsWith("-")) {
        script(words.get(i), call, out);
        return;
      }
    }
    if (call.stdin() != null) {
      readers.code().read(call.stdin(), call.context().deeper(), out);
    }
    boolean fetched = call.stdin() == null && fetches(call.feeder());
    boolean console = call.stdin() == null && call.feeder().isEmpty();
    out.add(
        Verb.EXECUTE,
        fetched ? "remote-code" : console ? "console" : "code",
        call.name(),
        call.environment(console ? Environments.UNKNOWN : Environments.LOCAL),
        Reversal.of(!fetched),
        0.6,
        call.text());
  }

  private static boolean carriesCode(String interpreter, String option) {
    switch (option) {
      case "-c",
          "-e",
          "-E",
          "-p",
          "-pe",
          "-ne",
          "-r",
          "--eval",
          "--print",
          "-le",
          "-ie",
          "-i.bak" -> {
        boolean python = interpreter.startsWith("py");
        return python ? option.equals("-c") : !option.equals("-c") && !option.startsWith("-i.");
      }
      default -> {
        return option.length() < 6
            && option.length() > 2
            && option.charAt(0) == '-'
            && option.charAt(1) != '-'
            && (option.endsWith("e") || option.endsWith("c"));
      }
    }
  }

  /** What {@code -EncodedCommand} stands for, or null when it is not Base64 of UTF-16. */
  private static @Nullable String utf16(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_16LE);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void windowsShell(Invocation call, Effects out) {
    List<Word> words = call.words();
    for (int i = 0; i < words.size(); i++) {
      String text = words.get(i).text().toLowerCase(java.util.Locale.ROOT);
      boolean command =
          text.equals("/c") || text.equals("/k") || text.equals("-command") || text.equals("-c");
      if (command && i + 1 < words.size()) {
        String script = Wrappers.join(words.subList(i + 1, words.size()));
        readers.shell().read(script, call.context().deeper(), out);
        return;
      }
      boolean encoded = text.startsWith("-enc") || text.equals("-e") || text.equals("-ec");
      if (encoded) {
        String script = i + 1 < words.size() ? utf16(words.get(i + 1).text()) : null;
        if (script != null) {
          readers.shell().read(script, call.context().deeper(), out);
        }
        out.add(
            Verb.EXECUTE,
            "encoded-script",
            "",
            call.environment("local"),
            Reversal.IMPOSSIBLE,
            0.8,
            call.text());
        return;
      }
    }
    fromInput(call, out);
  }
}
