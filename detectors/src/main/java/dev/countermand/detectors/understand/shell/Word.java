package dev.countermand.detectors.understand.shell;

import java.util.List;

/**
 * One word of a command after quote removal and the expansions that the text itself decides.
 *
 * @param text the word; a variable that the text does not set stays as {@code $NAME}
 * @param quoted whether any part was quoted or escaped, so that it cannot be a reserved word
 * @param dynamic whether a part is only known when the command runs
 * @param substitutions the scripts of {@code $(..)}, backticks and {@code <(..)} in it, which run
 */
public record Word(String text, boolean quoted, boolean dynamic, List<String> substitutions) {

  /** A word that stands for itself. */
  public static Word literal(String text) {
    return new Word(text, false, false, List.of());
  }

  @Override
  public String toString() {
    return text;
  }
}
