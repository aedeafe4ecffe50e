package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Command;
import dev.countermand.detectors.understand.shell.Redirect;
import dev.countermand.detectors.understand.shell.Script;
import dev.countermand.detectors.understand.shell.ShellParser;
import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads shell text: every simple command, every script inside it, every redirection. */
final class ShellReader {
  private static final Set<String> HIJACKING_VARIABLES =
      Set.of(
          "LD_PRELOAD",
          "LD_LIBRARY_PATH",
          "BASH_ENV",
          "PROMPT_COMMAND",
          "LESSOPEN",
          "GIT_SSH_COMMAND",
          "GIT_EXTERNAL_DIFF",
          "PYTHONSTARTUP",
          "PERL5OPT",
          "NODE_OPTIONS",
          "RUBYOPT",
          "PAGER",
          "MANPAGER",
          "GIT_PAGER",
          "EDITOR",
          "VISUAL",
          "SYSTEMD_EDITOR",
          "BROWSER");
  private static final Set<String> HARMLESS_VALUES =
      Set.of("", "cat", "less", "more", "vi", "vim", "nano", "true", ":", "code", "emacs", "ed");

  private static final int MAX_DIRECTORY = 1_000;

  private final InvocationReader invocations;
  private final SqlReader sql;
  private final CodeReader code;
  private final Files files;

  ShellReader(Readers readers) {
    this.invocations = readers.invocations();
    this.sql = readers.sql();
    this.code = readers.code();
    this.files = readers.files();
  }

  void read(String text, Context context, Effects out) {
    if (context.tooDeep()) {
      out.unread("scripts within scripts, more than " + Context.MAX_DEPTH + " deep");
      return;
    }
    if (!out.nest(text)) {
      return;
    }
    if (SqlReader.startsLikeSql(text)) {
      sql.read(text, context.remote() ? context.environment() : Environments.UNKNOWN, out);
      return;
    }
    if (CodeReader.startsLikeCall(text)) {
      code.readSnippet(text, context, out);
      return;
    }
    if (ForkBomb.in(text)) {
      out.add(
          Verb.DELETE,
          "running-service",
          "",
          context.environment(),
          Reversal.IMPOSSIBLE,
          0.8,
          text);
    }
    Script script = ShellParser.parse(text, out.variables());
    if (script.cut()) {
      out.unread("it has more commands than are read");
    }
    out.defined().addAll(script.functions());
    Context here = context;
    Stage before = Stage.NONE;
    int pipeline = -1;
    for (Command command : script.commands()) {
      if (!out.step()) {
        return;
      }
      Stage previous = command.pipeline() == pipeline ? before : Stage.NONE;
      pipeline = command.pipeline();
      command(command, previous, here, out);
      before = Stage.of(command, previous);
      here = directory(command, here);
    }
  }

  private void command(Command command, Stage before, Context context, Effects out) {
    for (Word word : command.assignments()) {
      nested(word, context, out);
      hijack(word, out);
    }
    for (Word word : command.words()) {
      nested(word, context, out);
    }
    printed(command, context, out);
    for (Redirect redirect : command.redirects()) {
      nested(redirect.target(), context, out);
      redirect(redirect, command, context, out);
    }
    if (command.words().isEmpty()) {
      return;
    }
    keep(command, before, out);
    String input = input(command, before, out);
    List<Word> words = command.words();
    invocations.read(
        new Invocation(
            words.get(0).text(),
            words.subList(1, words.size()),
            input,
            before.name().isEmpty() ? redirected(command) : before.name(),
            before.listed(),
            command.assignments(),
            context),
        out);
  }

  private static @Nullable String input(Command command, Stage before, Effects out) {
    if (command.input() != null) {
      return command.input();
    }
    for (Redirect redirect : command.redirects()) {
      if (redirect.operator().equals("<")) {
        String target = redirect.target().text();
        return target.equals("/dev/null") ? "" : out.written(target);
      }
    }
    return before.said();
  }

  private static String redirected(Command command) {
    for (Redirect redirect : command.redirects()) {
      if (redirect.operator().equals("<")) {
        return redirect.target().text();
      }
    }
    return "";
  }

  private void nested(Word word, Context context, Effects out) {
    for (String script : word.substitutions()) {
      read(script.startsWith("<") ? "cat " + script : script, context.deeper(), out);
    }
  }

  private static void keep(Command command, Stage before, Effects out) {
    String input = command.input() == null ? before.said() : command.input();
    String said = Output.of(command, input);
    if (said == null) {
      return;
    }
    for (Redirect redirect : command.redirects()) {
      if (redirect.operator().startsWith(">")) {
        out.wrote(redirect.target().text(), said);
      }
    }
    if (command.words().get(0).text().equals("tee") && command.words().size() > 1) {
      out.wrote(command.words().get(command.words().size() - 1).text(), said);
    }
  }

  /** A command whose name a substitution prints, as in {@code $(echo cm0K | base64 -d)}. */
  private void printed(Command command, Context context, Effects out) {
    Word first = command.words().isEmpty() ? null : command.words().get(0);
    if (first == null || !first.dynamic() || first.substitutions().size() != 1) {
      return;
    }
    String said = said(first.substitutions().get(0));
    if (said != null) {
      List<String> all = new ArrayList<>(List.of(said.strip()));
      command.words().stream().skip(1).map(Word::text).forEach(all::add);
      read(String.join(" ", all), context.deeper(), out);
      // Who spells a command's name by another command hides it.
      out.add(
          Verb.EXECUTE,
          "hidden-command",
          said.strip(),
          context.environment(),
          Reversal.IMPOSSIBLE,
          0.6,
          first.text());
    }
  }

  /** What a script prints, where its text alone decides that; null otherwise. */
  static @Nullable String said(String script) {
    Stage stage = Stage.NONE;
    int pipeline = -1;
    for (Command command : ShellParser.parse(script).commands()) {
      if (pipeline >= 0 && command.pipeline() != pipeline) {
        return null;
      }
      stage = Stage.of(command, stage);
      pipeline = command.pipeline();
    }
    return stage.said();
  }

  private void hijack(Word assignment, Effects out) {
    String text = assignment.text();
    int equals = text.indexOf('=');
    if (equals > 0
        && HIJACKING_VARIABLES.contains(text.substring(0, equals))
        && !HARMLESS_VALUES.contains(text.substring(equals + 1))) {
      out.add(
          Verb.EXECUTE,
          "program",
          text.substring(equals + 1),
          Environments.LOCAL,
          Reversal.IMPOSSIBLE,
          0.7,
          text);
    }
  }

  private void redirect(Redirect redirect, Command command, Context context, Effects out) {
    String target = redirect.target().text();
    String operator = redirect.operator();
    boolean descriptor = !target.isEmpty() && target.chars().allMatch(c -> c >= '0' && c <= '9');
    if ((operator.endsWith("&") && (descriptor || target.equals("-"))) || target.isEmpty()) {
      return;
    }
    if (target.startsWith("/dev/tcp/") || target.startsWith("/dev/udp/")) {
      out.add(
          Verb.SEND,
          "network",
          target,
          Environments.UNKNOWN,
          Reversal.IMPOSSIBLE,
          0.9,
          operator + " " + target);
    } else if (operator.startsWith("<") && !operator.equals("<>")) {
      files.reads(target, context, operator + " " + target, out);
    } else if (redirect.truncates() && printsNothing(command)) {
      files.empties(target, context, operator + " " + target, out);
    } else {
      files.writes(target, context, operator + " " + target, out);
    }
  }

  private static boolean printsNothing(Command command) {
    if (command.words().isEmpty()) {
      return command.redirects().size() == 1;
    }
    String name = command.words().get(0).text();
    return switch (name) {
      case ":", "true" -> true;
      case "cat", "cp" ->
          command.words().size() == 2 && command.words().get(1).text().equals("/dev/null");
      default -> false;
    };
  }

  private static Context directory(Command command, Context context) {
    List<Word> words = command.words();
    if (words.size() == 2 && (is(words, "cd") || is(words, "pushd"))) {
      String next = Paths.normal(words.get(1).text(), context.directory());
      return context.in(next.length() > MAX_DIRECTORY ? null : next);
    }
    return context;
  }

  private static boolean is(List<Word> words, String name) {
    return words.get(0).text().equals(name);
  }

  /** What the stage of a pipeline before this one was, and what it printed if the text says. */
  record Stage(String name, @Nullable String said, @Nullable Listing listed) {
    static final Stage NONE = new Stage("", null, null);

    static Stage of(Command command, Stage before) {
      if (command.words().isEmpty()) {
        return NONE;
      }
      String name = command.words().get(0).text();
      String input = command.input() == null ? before.said() : command.input();
      String feeder = before.name().isEmpty() || !passes(name) ? name : before.name();
      return new Stage(feeder, Output.of(command, input), Listing.of(command, before.listed()));
    }

    private static boolean passes(String name) {
      return switch (name) {
        case "cat",
            "tee",
            "base64",
            "gunzip",
            "zcat",
            "gzip",
            "tr",
            "sed",
            "head",
            "tail",
            "xxd",
            "openssl",
            "jq" ->
            true;
        default -> false;
      };
    }
  }
}
