package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.Arguments.Dashes;
import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The programs whose arguments are paths: {@code rm}, {@code mv}, {@code dd} and their kind. */
final class FilePrograms {
  private static final int MAX_PATHS = 1_000;
  private static final Set<String> WHOLE_SYSTEM =
      Set.of("/etc", "/usr", "/bin", "/sbin", "/lib", "/boot", "/var", "/dev", "/sys");
  private final Files files;

  private FilePrograms(Files files) {
    this.files = files;
  }

  static Map<String, Program> all(Files files) {
    FilePrograms programs = new FilePrograms(files);
    Map<String, Program> all = new HashMap<>();
    all.put("remove", programs::remove);
    all.put("shred", programs::shred);
    all.put("truncate", programs::truncate);
    all.put("copy", programs::copy);
    all.put("dd", programs::dd);
    all.put("format", programs::format);
    all.put("permissions", programs::permissions);
    all.put("tee", programs::tee);
    all.put("edit", programs::edit);
    all.put("remote-copy", programs::remoteCopy);
    return all;
  }

  private void remove(Invocation call, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of());
    boolean tree =
        arguments.has("-r", Dashes.CLUSTERS)
            || arguments.has("-R", Dashes.CLUSTERS)
            || arguments.has("--recursive", Dashes.CLUSTERS)
            || recursiveWords(call)
            || call.name().equals("rimraf");
    boolean forced = arguments.has("-f", Dashes.CLUSTERS) || arguments.has("--force", Dashes.WORDS);
    boolean fed = call.words().size() < 4 && !call.feeder().isEmpty();
    if (arguments.positional().isEmpty() && tree && (forced || fed)) {
      out.add(
          Verb.DESTROY,
          "directory-tree",
          "",
          call.environment(Environments.LOCAL),
          Reversal.IMPOSSIBLE,
          0.6,
          call.text());
    }
    int n = 0;
    for (Word word : arguments.positional()) {
      if (windowsSwitch(word.text())) {
        continue;
      }
      if (n++ == MAX_PATHS || !out.step()) {
        out.unread("it names more than " + MAX_PATHS + " paths");
        return;
      }
      boolean everything = Paths.kind(word.text(), call.context()) == Paths.Kind.EVERYTHING;
      files.deletes(
          word.text(),
          tree || everything ? Files.Scope.TREE : Files.Scope.ONE_FILE,
          call.context(),
          because(call, word),
          out);
    }
  }

  private static boolean recursiveWords(Invocation call) {
    for (Word word : call.words()) {
      switch (word.text().toLowerCase(java.util.Locale.ROOT)) {
        case "/s", "-recurse", "-r" -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  private static boolean windowsSwitch(String text) {
    return text.length() == 2 && text.charAt(0) == '/' && Character.isLetter(text.charAt(1));
  }

  private static String because(Invocation call, Word word) {
    StringBuilder text = new StringBuilder(call.name());
    for (Word other : call.words()) {
      if (other.text().startsWith("-") && text.length() < 60) {
        text.append(' ').append(other.text());
      }
    }
    return text.append(' ').append(word.text()).toString();
  }

  private void shred(Invocation call, Effects out) {
    for (Word word : Arguments.of(call.words(), Set.of("-n", "-s")).positional()) {
      if (Paths.kind(word.text(), call.context()) == Paths.Kind.DEVICE) {
        files.device(word.text(), call.environment("local"), because(call, word), out);
      } else {
        out.add(
            Verb.DELETE,
            "file",
            word.text(),
            call.environment(Environments.LOCAL),
            Reversal.IMPOSSIBLE,
            0.9,
            because(call, word));
      }
    }
  }

  private void truncate(Invocation call, Effects out) {
    for (Word word : Arguments.of(call.words(), Set.of("-s", "-r")).positional()) {
      files.empties(word.text(), call.context(), because(call, word), out);
    }
  }

  private void copy(Invocation call, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of("-t", "-m", "-o", "-g"));
    List<Word> paths = arguments.positional();
    String into = arguments.value("-t");
    if (paths.size() < 2 && into == null) {
      paths.forEach(path -> files.writes(path.text(), call.context(), call.text(), out));
      return;
    }
    String target = into == null ? paths.get(paths.size() - 1).text() : into;
    if (target.equals("/dev/null") && call.name().equals("mv")) {
      out.add(
          Verb.DELETE,
          "file",
          paths.get(0).text(),
          call.environment(Environments.LOCAL),
          Reversal.IMPOSSIBLE,
          0.9,
          call.text());
      return;
    }
    int sources = into == null ? paths.size() - 1 : paths.size();
    for (Word source : paths.subList(0, Math.min(sources, MAX_PATHS))) {
      files.reads(source.text(), call.context(), because(call, source), out);
    }
    if (sources > 0 && paths.get(0).text().equals("/dev/null")) {
      files.empties(target, call.context(), call.text(), out);
    } else {
      files.places(target, call.context(), call.text(), out);
    }
  }

  private void dd(Invocation call, Effects out) {
    boolean empties = call.words().stream().anyMatch(word -> word.text().equals("if=/dev/null"));
    for (Word word : call.words()) {
      if (word.text().startsWith("of=")) {
        String target = word.text().substring(3);
        if (empties) {
          files.empties(target, call.context(), call.text(), out);
        } else {
          files.writes(target, call.context(), call.text(), out);
        }
      } else if (word.text().startsWith("if=")) {
        files.reads(word.text().substring(3), call.context(), call.text(), out);
      }
    }
  }

  private void format(Invocation call, Effects out) {
    List<Word> words = Arguments.of(call.words(), Set.of("-L", "-t", "-U")).positional();
    if (words.isEmpty()) {
      return;
    }
    Word last = words.get(words.size() - 1);
    boolean disk = last.text().startsWith("/dev/") || last.text().endsWith(":");
    double confidence = disk ? 0.95 : last.text().indexOf('.') > 0 ? 0.4 : 0.6;
    out.add(
        Verb.DESTROY,
        disk ? "disk" : "filesystem",
        last.text(),
        call.environment(Environments.LOCAL),
        Reversal.IMPOSSIBLE,
        confidence,
        call.text());
  }

  private void permissions(Invocation call, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of());
    boolean tree =
        arguments.has("-R", Dashes.CLUSTERS) || arguments.has("--recursive", Dashes.WORDS);
    boolean opens = false;
    for (Word word : arguments.all()) {
      String text = word.text();
      opens |=
          text.equals("777")
              || text.equals("a+rwx")
              || text.equals("0777")
              || text.equals("u+s")
              || text.equals("+s")
              || text.startsWith("root")
              || (text.length() == 4
                  && (text.charAt(0) == '4' || text.charAt(0) == '6')
                  && Character.isDigit(text.charAt(1)));
    }
    for (Word word : arguments.positional().stream().skip(1).limit(MAX_PATHS).toList()) {
      Paths.Kind kind = Paths.kind(word.text(), call.context());
      boolean sensitive =
          kind == Paths.Kind.SYSTEM
              || kind == Paths.Kind.ROOT
              || kind == Paths.Kind.HOME
              || kind == Paths.Kind.SECRET
              || kind == Paths.Kind.GUARD
              || kind == Paths.Kind.PERSONAL;
      if (tree && (kind == Paths.Kind.ROOT || WHOLE_SYSTEM.contains(word.text()))) {
        // The modes of a whole system cannot be put back from memory.
        out.add(
            Verb.DESTROY,
            "system-directory",
            word.text(),
            call.environment(Environments.LOCAL),
            Reversal.IMPOSSIBLE,
            0.6,
            call.text());
      } else if (tree || opens || sensitive) {
        out.add(
            Verb.GRANT,
            "file-permission",
            word.text(),
            call.environment(Environments.LOCAL),
            Reversal.IMPOSSIBLE,
            0.7,
            call.text());
      } else {
        files.writes(word.text(), call.context(), call.text(), out);
      }
    }
  }

  private void tee(Invocation call, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of());
    boolean nothing =
        "".equals(call.stdin())
            && !arguments.has("-a", Dashes.CLUSTERS)
            && !arguments.has("--append", Dashes.WORDS);
    for (Word word : arguments.positional()) {
      if (nothing) {
        files.empties(word.text(), call.context(), because(call, word), out);
      } else {
        files.writes(word.text(), call.context(), because(call, word), out);
      }
    }
  }

  /** Editors of streams: with {@code -i} they write the files they are given. */
  private void edit(Invocation call, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of("-e", "-f"));
    boolean inPlace = false;
    for (Arguments.Option option : arguments.options()) {
      inPlace |= option.name().startsWith("-i") || option.name().equals("--in-place");
    }
    List<Word> paths = arguments.positional();
    int first = arguments.value("-e") == null ? 1 : 0;
    for (Word word : paths.subList(Math.min(first, paths.size()), paths.size())) {
      if (inPlace) {
        files.writes(word.text(), call.context(), because(call, word), out);
      } else {
        files.reads(word.text(), call.context(), because(call, word), out);
      }
    }
  }

  private void remoteCopy(Invocation call, Effects out) {
    Arguments arguments =
        Arguments.of(call.words(), Set.of("-i", "-P", "-o", "-F", "-J", "-e", "--exclude"));
    List<Word> paths = arguments.positional();
    if (paths.size() < 2) {
      return;
    }
    String target = paths.get(paths.size() - 1).text();
    String environment = Environments.of(target);
    int colon = target.indexOf(':');
    for (Word source : paths.subList(0, paths.size() - 1)) {
      files.reads(source.text(), call.context(), because(call, source), out);
    }
    boolean shown =
        arguments.has("-n", Dashes.CLUSTERS)
            || arguments.has("--dry-run", Dashes.WORDS)
            || arguments.has("--list-only", Dashes.WORDS);
    if (shown && call.name().equals("rsync")) {
      return;
    }
    if (arguments.has("--delete", Dashes.WORDS)
        || arguments.has("--del", Dashes.WORDS)
        || arguments.has("--delete-after", Dashes.WORDS)
        || arguments.has("--delete-before", Dashes.WORDS)) {
      out.add(
          Verb.DESTROY,
          "directory-tree",
          target,
          colon > 0 ? environment : "local",
          Reversal.IMPOSSIBLE,
          0.7,
          call.text());
    }
    if (colon <= 0) {
      files.writes(target, call.context(), call.text(), out);
      return;
    }
    Paths.Kind kind = Paths.kind(target.substring(colon + 1), Context.START);
    if (kind == Paths.Kind.ROOT || kind == Paths.Kind.SYSTEM) {
      // Files of a remote system are replaced where nobody can look first.
      out.add(
          Verb.DELETE, "system-file", target, environment, Reversal.IMPOSSIBLE, 0.55, call.text());
    } else {
      out.add(Verb.SEND, "file", target, environment, Reversal.IMPOSSIBLE, 0.7, call.text());
    }
  }
}
