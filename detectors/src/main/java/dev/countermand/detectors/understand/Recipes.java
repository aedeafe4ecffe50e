package dev.countermand.detectors.understand;

import org.jspecify.annotations.Nullable;

/** The recipe lines of a makefile, which a shell runs. */
final class Recipes {
  private Recipes() {}

  /** The lines that start with a tab, or stand behind a rule's semicolon, as one script. */
  static @Nullable String of(@Nullable String makefile) {
    if (makefile == null) {
      return null;
    }
    StringBuilder script = new StringBuilder();
    for (String line : makefile.split("\n", -1)) {
      int semicolon = line.indexOf(';');
      if (line.startsWith("\t")) {
        script.append(withoutPrefix(line.substring(1))).append('\n');
      } else if (semicolon > 0 && line.lastIndexOf(':', semicolon) > 0) {
        script.append(withoutPrefix(line.substring(semicolon + 1))).append('\n');
      }
    }
    return script.toString();
  }

  private static String withoutPrefix(String line) {
    int i = 0;
    while (i < line.length() && " @-+\t".indexOf(line.charAt(i)) >= 0) {
      i++;
    }
    return line.substring(i);
  }
}
