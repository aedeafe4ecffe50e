package dev.countermand.command.replay;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast history passes.
 *
 * @param factor seconds of history in a second; infinite for as fast as it goes
 */
public record Speed(double factor) {
  /** As fast as it goes. */
  public static final Speed MAX = new Speed(Double.POSITIVE_INFINITY);

  private static final Pattern TIMES = Pattern.compile("(\\d{1,5}(?:\\.\\d{1,3})?)x");

  /** What {@code 1x}, {@code 0.5x}, {@code 10x} or {@code max} says; empty for anything else. */
  public static Optional<Speed> parse(String word) {
    if (word.equals("max")) {
      return Optional.of(MAX);
    }
    Matcher times = TIMES.matcher(word);
    return Optional.of(times)
        .filter(Matcher::matches)
        .map(match -> new Speed(Double.parseDouble(match.group(1))))
        .filter(speed -> speed.factor() > 0);
  }

  boolean isMax() {
    return Double.isInfinite(factor);
  }
}
