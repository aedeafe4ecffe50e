package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.Arguments.Dashes;
import dev.countermand.detectors.understand.shell.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The programs that do something to each thing they find or are given: find, xargs. */
final class EachPrograms {
  /** Stands for what is piped in where only running it would tell. */
  static final String INPUT = "$input";

  private final Readers readers;

  private EachPrograms(Readers readers) {
    this.readers = readers;
  }

  static Map<String, Program> all(Readers readers) {
    EachPrograms programs = new EachPrograms(readers);
    return Map.of("find", programs::find, "xargs", programs::xargs);
  }

  private void find(Invocation call, Effects out) {
    List<Word> words = call.words();
    List<String> roots = new ArrayList<>();
    for (Word word : words) {
      String text = word.text();
      if (text.startsWith("-") || text.equals("(") || text.equals("!")) {
        break;
      }
      roots.add(text);
    }
    String root = roots.isEmpty() ? "." : roots.get(0);
    roots.forEach(path -> readers.files().reads(path, call.context(), "find " + path, out));
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i).text()) {
        case "-delete" -> matchesDeleted(root, call, "-delete", out);
        case "-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec" ->
            i = execution(words, i, root, call, out);
        case "-fprint", "-fprintf", "-fls", "-fprint0" -> {
          if (i + 1 < words.size()) {
            readers.files().writes(words.get(i + 1).text(), call.context(), call.text(), out);
          }
        }
        default -> {}
      }
    }
  }

  private int execution(List<Word> words, int at, String root, Invocation call, Effects out) {
    int end = at + 1;
    List<Word> inner = new ArrayList<>();
    while (end < words.size() && !isEnd(words.get(end).text())) {
      String text = words.get(end).text();
      inner.add(
          text.contains("{}") ? Word.literal(text.replace("{}", target(root))) : words.get(end));
      end++;
    }
    if (!inner.isEmpty() && !call.context().tooDeep()) {
      String name = InvocationReader.base(inner.get(0).text());
      if (deletes(name)) {
        matchesDeleted(root, call, "-exec " + name, out);
      } else {
        readers
            .invocations()
            .read(
                call.with(
                    inner.get(0).text(), inner.subList(1, inner.size()), call.context().deeper()),
                out);
      }
    }
    return end;
  }

  private static String target(String root) {
    return root.equals(".") ? "file" : root + "/file";
  }

  private static boolean isEnd(String text) {
    return text.equals(";") || text.equals("+");
  }

  private void matchesDeleted(String root, Invocation call, String how, Effects out) {
    Arguments arguments = Arguments.of(call.words(), Set.of());
    boolean narrowed =
        arguments.hasAny(
            List.of(
                "-name",
                "-iname",
                "-path",
                "-regex",
                "-mtime",
                "-mmin",
                "-empty",
                "-size",
                "-newer",
                "-user",
                "-perm",
                "-inum",
                "-ctime",
                "-atime",
                "-wholename",
                "-links"),
            Dashes.WORDS);
    readers
        .files()
        .deletes(
            narrowed ? Paths.normal(root + "/" + named(arguments), null) : root,
            narrowed ? Files.Scope.MATCHES : Files.Scope.TREE,
            call.context(),
            "find " + root + " " + how,
            out);
  }

  /** The pattern of the only {@code -name}, which may say that what matches is built again. */
  private static String named(Arguments arguments) {
    String name = arguments.value("-name");
    boolean only =
        name != null
            && arguments.all().stream().filter(word -> word.text().equals("-name")).count() == 1
            && !arguments.hasAny(List.of("-o", "-or", "-not"), Dashes.WORDS)
            && arguments.all().stream().noneMatch(word -> word.text().equals("!"));
    return only && name != null && name.indexOf('/') < 0 ? name : "matches";
  }

  private void xargs(Invocation call, Effects out) {
    Arguments arguments =
        Arguments.of(
            call.words(),
            Set.of(
                "-I",
                "-n",
                "-P",
                "-d",
                "-L",
                "-s",
                "-a",
                "-E",
                "--delimiter",
                "--max-args",
                "--max-procs",
                "--arg-file",
                "--replace",
                "--max-lines",
                "--max-chars",
                "-J"));
    if (arguments.positional().isEmpty()) {
      return;
    }
    Word first = arguments.positional().get(0);
    List<Word> words = Arguments.from(arguments.all(), first);
    List<Word> inner = new ArrayList<>(words.subList(1, words.size()));
    String place = placeholder(arguments);
    Listing listed = call.stdin() == null ? call.listed() : null;
    if (listed != null && deletes(first.text())) {
      listedDeleted(listed, inner, call, out);
      return;
    }
    if (place == null) {
      inner.addAll(piped(call.stdin()));
    } else {
      String value = call.stdin() == null ? INPUT : call.stdin().strip();
      inner.replaceAll(word -> Word.literal(word.text().replace(place, value)));
    }
    if (!call.context().tooDeep()) {
      readers.invocations().read(call.with(first.text(), inner, call.context().deeper()), out);
    }
  }

  private static boolean deletes(String name) {
    return switch (InvocationReader.base(name)) {
      case "rm", "shred", "unlink" -> true;
      default -> false;
    };
  }

  /** {@code find data | xargs rm -r}: what is listed goes, and all below it. */
  private void listedDeleted(Listing listed, List<Word> words, Invocation call, Effects out) {
    boolean tree =
        words.stream()
            .map(Word::text)
            .anyMatch(text -> text.startsWith("-") && text.matches("-[a-zA-Z]*[rR].*|--recursive"));
    String how = call.feeder() + " " + listed.root() + " | " + call.text();
    Files.Scope scope = tree || !listed.some() ? Files.Scope.TREE : Files.Scope.MATCHES;
    readers.files().deletes(listed.path(), scope, call.context(), how, out);
  }

  /** What {@code -I} or {@code -i} says stands for the input; null when it comes last. */
  private static @Nullable String placeholder(Arguments arguments) {
    for (Arguments.Option option : arguments.options()) {
      if (option.name().startsWith("-I")) {
        String value = option.value();
        String joined = option.name().substring(2);
        return value != null ? value : joined.isEmpty() ? null : joined;
      }
      if (option.name().equals("-i")) {
        return "{}";
      }
    }
    return null;
  }

  private static List<Word> piped(@Nullable String stdin) {
    List<Word> words = new ArrayList<>();
    if (stdin == null) {
      // What arrives is only known at run time, but something does.
      return List.of(new Word(INPUT, false, true, List.of()));
    }
    for (String word : stdin.split("\\s+", 40)) {
      if (!word.isEmpty()) {
        words.add(Word.literal(word));
      }
    }
    return words;
  }
}
