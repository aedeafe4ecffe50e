package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Command;
import dev.countermand.detectors.understand.shell.Word;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of files that one stage of a pipeline hands to the next.
 *
 * @param root the directory they are in
 * @param some whether it is some of them only
 */
record Listing(String root, boolean some) {
  private static final Set<String> FILTERS =
      Set.of("grep", "egrep", "rg", "head", "tail", "sed", "awk", "cut", "uniq", "shuf");
  private static final Set<String> ORDERS = Set.of("sort", "tee", "tac", "cat", "tr", "nl");

  /** What a command hands on, given what is handed to it; null when it is not names of files. */
  static @Nullable Listing of(Command command, @Nullable Listing before) {
    List<Word> words = command.words();
    String name = InvocationReader.base(words.get(0).text());
    if (FILTERS.contains(name)) {
      return before == null ? null : new Listing(before.root(), true);
    }
    return switch (name) {
      case "find", "gfind" -> new Listing(root(words, "."), narrowed(words));
      case "ls", "fd", "fdfind" -> new Listing(root(words, "."), name.startsWith("fd"));
      default -> ORDERS.contains(name) ? before : null;
    };
  }

  private static String root(List<Word> words, String otherwise) {
    for (Word word : words.subList(1, words.size())) {
      if (!word.text().startsWith("-")) {
        return word.text();
      }
    }
    return otherwise;
  }

  private static boolean narrowed(List<Word> words) {
    return words.stream()
        .map(Word::text)
        .anyMatch(
            text ->
                text.startsWith("-")
                    && !Set.of(
                            "-type",
                            "-print",
                            "-print0",
                            "-maxdepth",
                            "-mindepth",
                            "-depth",
                            "-L",
                            "-H",
                            "-P")
                        .contains(text));
  }

  /** A path that stands for those that are listed. */
  String path() {
    return some ? Paths.normal(root + "/matches", null) : root;
  }
}
