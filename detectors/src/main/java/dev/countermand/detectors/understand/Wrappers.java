package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes wrappers off: what {@code sudo}, {@code timeout} or {@code ssh} runs. */
final class Wrappers {
  /** Names of keys, as {@code tmux send-keys} takes them. */
  private static final Set<String> KEYS =
      Set.of("Enter", "Escape", "Tab", "BSpace", "Space", "Up", "Down", "Left", "Right", "q", ":q");

  /** What runs a command with other rights than the agent's own. */
  private static final Set<String> ROOT = Set.of("sudo", "doas", "pkexec", "runuser", "gosu");

  private Wrappers() {}

  /** The command inside; null when there is none, or it was read as a script already. */
  static @Nullable Invocation inner(
      Tool tool, Arguments arguments, Invocation call, Readers readers, Effects out) {
    Tool.Wrapper wrapper = tool.wrapper();
    if (wrapper == null) {
      return null;
    }
    List<Word> rest = afterOwnWords(arguments, wrapper);
    Context context = call.context();
    if (wrapper.remote()) {
      context = context.elsewhere(Environments.of(call.text()));
      List<Word> own = arguments.positional();
      out.add(
          Verb.EXECUTE,
          "remote-session",
          own.isEmpty() ? "" : own.get(0).text(),
          context.environment(),
          Reversal.POSSIBLE,
          0.8,
          call.text());
    }
    if (ROOT.contains(call.name()) && !rest.isEmpty()) {
      out.add(
          Verb.EXECUTE,
          "as-root",
          rest.get(0).text(),
          context.environment(),
          Reversal.POSSIBLE,
          0.8,
          call.text());
    }
    String line = arguments.value("-S");
    if (wrapper.assignments() && line != null) {
      readers.shell().read(line, context.deeper(), out);
      return null;
    }
    if (rest.isEmpty()) {
      if (wrapper.remote() && call.stdin() != null) {
        readers.shell().read(call.stdin(), context.deeper(), out);
      }
      if (wrapper.shell()) {
        RunningPrograms.openShell(call, out);
      }
      return null;
    }
    if (wrapper.joined()) {
      readers.shell().read(join(rest), context.deeper(), out);
      return null;
    }
    return call.with(rest.get(0).text(), rest.subList(1, rest.size()), context);
  }

  /** Reads the words after an operation such as {@code kubectl exec pod --} as a command. */
  static void runRest(
      String how,
      Arguments arguments,
      int matched,
      Invocation call,
      InvocationReader reader,
      Effects out) {
    List<Word> all = arguments.all();
    List<Word> rest = after(all, "--");
    if (rest.isEmpty() && matched < arguments.positional().size()) {
      rest = Arguments.from(all, arguments.positional().get(matched));
    }
    if (rest.isEmpty() || call.context().tooDeep()) {
      return;
    }
    if (how.equals("typed")) {
      for (Word word : rest) {
        if (KEYS.contains(word.text()) || word.text().startsWith("C-")) {
          continue;
        }
        reader.script(word.text(), call.context().deeper(), out);
      }
      return;
    }
    if (how.equals("script")) {
      // A script of the project: the name is all that is known of it.
      out.add(
          Verb.EXECUTE,
          "script",
          rest.get(0).text(),
          call.environment(Environments.LOCAL),
          Reversal.POSSIBLE,
          0.5,
          call.text());
      return;
    }
    Context context = call.context().deeper();
    if (how.equals("remote")) {
      context = context.elsewhere(Environments.of(call.text()));
      out.add(
          Verb.EXECUTE,
          "remote-session",
          matched > 1 ? arguments.positional().get(1).text() : "",
          context.environment(),
          Reversal.POSSIBLE,
          0.8,
          call.text());
    } else {
      String named = Environments.of(join(arguments.positional().subList(0, matched)));
      context = named.equals(Environments.UNKNOWN) ? context : context.elsewhere(named);
    }
    reader.read(call.with(rest.get(0).text(), rest.subList(1, rest.size()), context), out);
  }

  private static List<Word> afterOwnWords(Arguments arguments, Tool.Wrapper wrapper) {
    List<Word> positional = arguments.positional();
    int index = 0;
    int skip = wrapper.skip();
    while (index < positional.size()) {
      String text = positional.get(index).text();
      boolean setting = wrapper.assignments() && text.indexOf('=') > 0 && text.charAt(0) != '/';
      if (!setting && skip-- <= 0) {
        break;
      }
      index++;
    }
    if (index >= positional.size()) {
      return List.of();
    }
    return Arguments.from(arguments.all(), positional.get(index));
  }

  private static List<Word> after(List<Word> words, String marker) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).text().equals(marker)) {
        return words.subList(i + 1, words.size());
      }
    }
    return List.of();
  }

  static String join(List<Word> words) {
    List<String> texts = new ArrayList<>();
    words.forEach(word -> texts.add(word.text()));
    return String.join(" ", texts);
  }
}
