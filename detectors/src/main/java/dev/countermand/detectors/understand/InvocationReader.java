package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.Arguments.Dashes;
import dev.countermand.detectors.understand.Tool.Operation;
import dev.countermand.detectors.understand.Tool.Outcome;
import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what one program does, from the knowledge of it or else from the words it is given. */
final class InvocationReader {
  private static final int MAX_WRAPPERS = 12;
  private static final Set<String> RUNNERS =
      Set.of("shell", "code", "eval", "xargs", "find", "later", "trap", "alias", "windows-shell");
  private static final double KNOWN = 0.9;
  private static final double BY_ITS_WORDS = 0.65;
  private static final Set<String> VAGUE =
      Set.of("clean", "cleanup", "clear", "empty", "prune", "vacuum", "kill", "flush", "reset");

  private final Readers readers;
  private final Map<String, Program> programs;

  InvocationReader(Readers readers, Map<String, Program> programs) {
    this.readers = readers;
    this.programs = programs;
  }

  void read(Invocation call, Effects out) {
    Invocation current = call;
    for (int i = 0; i < MAX_WRAPPERS; i++) {
      current = current.with(base(current.name()), current.words(), current.context());
      Tool tool = tool(current.name());
      if (tool == null) {
        unknown(call.name(), current, out);
        return;
      }
      Set<String> valueOptions = Set.copyOf(orEmpty(tool.valueOptions()));
      Arguments arguments = Arguments.of(current.words(), valueOptions);
      if (asks(tool, arguments, current)) {
        return;
      }
      if (tool.wrapper() != null && !matches(tool, arguments, current, out)) {
        Invocation inner = Wrappers.inner(tool, arguments, current, readers, out);
        if (inner == null) {
          return;
        }
        current = inner;
      } else {
        if (tool.wrapper() == null) {
          known(tool, arguments, current, out);
        }
        return;
      }
    }
    out.unread("more than " + MAX_WRAPPERS + " programs run one another");
  }

  /**
   * Whether the program is only asked about itself. One that runs another takes the words behind
   * that as the other's: {@code bash -c 'rm -rf /' --help} deletes.
   */
  private static boolean asks(Tool tool, Arguments arguments, Invocation call) {
    if (!onlyAsks(arguments)) {
      return false;
    }
    boolean runs = tool.wrapper() != null || RUNNERS.contains(String.valueOf(tool.program()));
    for (Operation operation : orEmpty(tool.operations())) {
      runs |=
          operation.runs() != null
              && Operations.match(operation, arguments, call, Dashes.CLUSTERS) >= 0;
    }
    return !runs || onlyAsks(Arguments.of(arguments.all().subList(0, 1), Set.of()));
  }

  /** Reads text that is typed into a shell. */
  void script(String text, Context context, Effects out) {
    readers.shell().read(text, context, out);
  }

  private @Nullable Tool tool(String name) {
    Tool tool = readers.knowledge().tool(name);
    return tool != null ? tool : readers.knowledge().tool(name.toLowerCase(Locale.ROOT));
  }

  private void known(Tool tool, Arguments arguments, Invocation call, Effects out) {
    ShellEscape.read(tool, call, readers, out);
    if (tool.sql() != null && SqlPrograms.read(tool.sql(), arguments, call, readers.sql(), out)) {
      return;
    }
    if (matches(tool, arguments, call, out)) {
      return;
    }
    Program program = tool.program() == null ? null : programs.get(tool.program());
    if (program != null) {
      program.read(call, out);
    } else if (tool.otherwise() != null) {
      otherwise(tool, tool.otherwise(), arguments, call, out);
    } else {
      byWords(tool, arguments, call, out);
    }
  }

  private boolean matches(Tool tool, Arguments arguments, Invocation call, Effects out) {
    Dashes dashes = tool.singleDashWords() ? Dashes.WORDS : Dashes.CLUSTERS;
    for (Operation operation : orEmpty(tool.operations())) {
      int matched = Operations.match(operation, arguments, call, dashes);
      if (matched >= 0) {
        String because = Operations.because(operation, arguments, matched, call);
        if (operation.says() != null) {
          apply(operation.says(), arguments, matched, call, because, out);
        }
        if (operation.runs() != null) {
          runs(operation.runs(), arguments, matched, call, out);
        }
        return true;
      }
    }
    return false;
  }

  /** Reads what an operation runs: the remaining words, or a call to the program's own API. */
  private void runs(String how, Arguments arguments, int matched, Invocation call, Effects out) {
    Program http = programs.get("http");
    Program code = programs.get("code");
    if (how.equals("http") && http != null) {
      List<Word> rest = new ArrayList<>(arguments.all());
      rest.remove(arguments.positional().get(matched - 1));
      http.read(call.with(call.name(), rest, call.context()), out);
    } else if (how.equals("code") && code != null) {
      code.read(call, out);
    } else if (how.startsWith("value ")) {
      String script = arguments.value(how.substring(6));
      Context elsewhere = call.context().elsewhere(call.environment(Environments.UNKNOWN));
      readers.shell().read(script == null ? "" : script, elsewhere, out);
    } else if (how.equals("recipes")) {
      recipes(arguments, call, out);
    } else {
      Wrappers.runRest(how, arguments, matched, call, this, out);
    }
  }

  private void recipes(Arguments arguments, Invocation call, Effects out) {
    for (String option : List.of("-f", "--file", "--makefile")) {
      String file = arguments.value(option);
      if (file != null && !call.context().tooDeep()) {
        boolean input = file.equals("-") || file.equals("/dev/stdin");
        String script = Recipes.of(input ? call.stdin() : out.written(file));
        readers.shell().read(script == null ? "" : script, call.context().deeper(), out);
      }
    }
  }

  private void apply(
      Outcome says,
      Arguments arguments,
      int matched,
      Invocation call,
      String because,
      Effects out) {
    List<Word> rest = arguments.positional();
    String id = says.id() == null ? null : arguments.value(says.id());
    if (id == null) {
      id = matched < rest.size() ? rest.get(matched).text() : "";
    }
    String otherwise = says.environment() == null ? Environments.UNKNOWN : says.environment();
    out.add(
        says.verb(),
        says.type(),
        id,
        call.environment(otherwise),
        Reversal.of(says.reversible()),
        says.confidence() == 0 ? KNOWN : says.confidence(),
        because);
  }

  private void otherwise(
      Tool tool, Outcome says, Arguments arguments, Invocation call, Effects out) {
    if (says.verb() == Verb.READ) {
      for (Word word : files(tool, arguments)) {
        if (!out.step()) {
          return;
        }
        readers.files().reads(word.text(), call.context(), call.name() + " " + word.text(), out);
      }
      if (Assessment.CONFIRMED.contains(says.type())) {
        apply(says, arguments, 0, call, call.text(), out);
      }
      return;
    }
    if (says.verb() == Verb.WRITE && says.type().equals("file")) {
      for (Word word : arguments.positional()) {
        if (!out.step()) {
          return;
        }
        readers.files().writes(word.text(), call.context(), call.name() + " " + word.text(), out);
      }
    }
    named(arguments, call, out);
    apply(says, arguments, 0, call, call.text(), out);
  }

  /** Whatever else a program does, it looks at the files it is given by their full path. */
  private void named(Arguments arguments, Invocation call, Effects out) {
    for (Word word : arguments.positional()) {
      String text = word.text();
      boolean path = text.startsWith("/") || text.startsWith("~/") || text.startsWith("../");
      if (path && out.step() && Paths.outside(text, call.context())) {
        readers.files().reads(text, call.context(), call.name() + " " + text, out);
      }
    }
  }

  /** The words that are files, without the pattern or the text before them. */
  private static List<Word> files(Tool tool, Arguments arguments) {
    List<Word> all = arguments.positional();
    if (tool.filesFrom() < 0) {
      return List.of();
    }
    boolean given =
        orEmpty(tool.patternOptions()).stream()
            .anyMatch(option -> arguments.has(option, Dashes.CLUSTERS));
    return all.subList(Math.min(given ? 0 : tool.filesFrom(), all.size()), all.size());
  }

  private void byWords(@Nullable Tool tool, Arguments arguments, Invocation call, Effects out) {
    List<String> words = texts(arguments.positional());
    if (words.contains("help") || (words.isEmpty() && tool != null)) {
      return;
    }
    ActionWords actions = readers.knowledge().words();
    ActionWords.Meaning meaning = actions.ofCommandLine(leading(arguments));
    if (meaning == null) {
      meaning = actions.ofCommandLine(words);
    }
    if (meaning == null) {
      out.add(
          Verb.EXECUTE,
          "program",
          call.name(),
          call.environment(Environments.UNKNOWN),
          Reversal.POSSIBLE,
          0.3,
          call.text());
    } else if (meaning.verb() == Verb.READ) {
      String shown = tool == null ? null : tool.reads();
      if (shown != null) {
        out.add(
            Verb.READ,
            shown,
            words.get(0) + (words.size() > 1 ? " " + words.get(1) : ""),
            call.environment(Environments.UNKNOWN),
            Reversal.POSSIBLE,
            BY_ITS_WORDS,
            call.text());
      }
    } else {
      boolean lasting = meaning.removes() || meaning.verb() == Verb.READ_SECRET;
      // A bare "clean" without a noun is mostly about build outputs.
      boolean vague = meaning.type().isEmpty() && VAGUE.contains(meaning.word());
      out.add(
          meaning.verb(),
          meaning.type().isEmpty() ? "resource" : meaning.type(),
          words.get(words.size() - 1).equals(meaning.word()) ? "" : words.get(words.size() - 1),
          call.environment(Environments.UNKNOWN),
          Reversal.of(!lasting),
          vague ? 0.4 : BY_ITS_WORDS,
          call.text());
    }
  }

  /** The positional words up to the first option behind one of them. */
  private static List<String> leading(Arguments arguments) {
    List<String> words = new ArrayList<>();
    for (Word word : arguments.positional()) {
      List<Word> rest = Arguments.from(arguments.all(), word);
      words.add(word.text());
      if (words.size() == 6 || (rest.size() > 1 && rest.get(1).text().startsWith("-"))) {
        break;
      }
    }
    return words;
  }

  private static List<String> texts(List<Word> words) {
    return words.stream().limit(6).map(Word::text).toList();
  }

  private void unknown(String asWritten, Invocation call, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of());
    String written = out.written(asWritten);
    if (written != null && !call.context().tooDeep()) {
      readers.shell().read(written, call.context().deeper(), out);
    }
    if (onlyAsks(arguments) || out.defined().contains(call.name())) {
      return;
    }
    if (asWritten.indexOf('/') >= 0 || asWritten.endsWith(".sh") || asWritten.startsWith("$")) {
      readers
          .files()
          .runs(asWritten, call.environment(Environments.LOCAL), call.context(), call.text(), out);
      return;
    }
    ShellEscape.read(null, call, readers, out);
    if (cmdlet(call.name())) {
      cmdlet(arguments, call, out);
      return;
    }
    byWords(null, arguments, call, out);
    for (Word word : arguments.positional()) {
      if (!out.step()) {
        return;
      }
      readers.files().reads(word.text(), call.context(), call.name() + " " + word.text(), out);
    }
  }

  /** Whether a name is that of a PowerShell command, a verb and a noun: {@code Remove-AzVM}. */
  private static boolean cmdlet(String name) {
    int hyphen = name.indexOf('-');
    return hyphen > 1
        && hyphen < name.length() - 1
        && Character.isUpperCase(name.charAt(0))
        && Character.isUpperCase(name.charAt(hyphen + 1));
  }

  private void cmdlet(Arguments arguments, Invocation call, Effects out) {
    ActionWords.Meaning meaning = readers.knowledge().words().of(call.name());
    if (meaning == null || meaning.verb() == Verb.READ) {
      return;
    }
    String id = arguments.positional().isEmpty() ? "" : arguments.positional().get(0).text();
    boolean lasting = meaning.removes() || meaning.verb() == Verb.READ_SECRET;
    out.add(
        meaning.verb(),
        meaning.type().isEmpty() ? "resource" : meaning.type(),
        id,
        call.environment(Environments.UNKNOWN),
        Reversal.of(!lasting),
        BY_ITS_WORDS,
        call.text());
  }

  /** Whether the program is only asked about itself, or told not to do anything. */
  private static boolean onlyAsks(Arguments arguments) {
    for (Arguments.Option option : arguments.options()) {
      switch (option.name()) {
        case "--help", "-help", "--usage" -> {
          return true;
        }
        case "--version", "-version" -> {
          // With a value behind it, it is the version of something.
          List<Word> all = arguments.all();
          if (arguments.positional().isEmpty()
              || all.get(all.size() - 1).text().equals(option.name())) {
            return true;
          }
        }
        case "--dry-run",
            "--dryrun",
            "--dry_run",
            "-dry-run",
            "--just-print",
            "--whatif",
            "-WhatIf",
            "--simulate",
            "--noop" -> {
          String value = option.value();
          return value == null || (!value.equals("none") && !value.equals("false"));
        }
        default -> {}
      }
    }
    List<Word> all = arguments.all();
    return all.size() == 1
        && Set.of("-h", "-V", "-v", "help", "version", "/?").contains(all.get(0).text());
  }

  static String base(String name) {
    String bare = name;
    int slash = Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\'));
    if (slash >= 0 && slash < bare.length() - 1) {
      bare = bare.substring(slash + 1);
    }
    return bare.toLowerCase(Locale.ROOT).endsWith(".exe")
        ? bare.substring(0, bare.length() - 4)
        : bare;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
