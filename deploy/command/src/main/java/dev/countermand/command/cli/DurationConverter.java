package dev.countermand.command.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations such as {@code 30s}, {@code 90m}, {@code 8h}, {@code 7d}: none is negative. */
final class DurationConverter implements ITypeConverter<Duration> {
  /** So that a moment that is so far from now can be told. */
  private static final Duration MAX = Duration.ofDays(36_500);

  @Override
  public Duration convert(String word) {
    String upper = word.toUpperCase(Locale.ROOT);
    Duration duration;
    try {
      duration = upper.endsWith("D") ? Duration.parse("P" + upper) : Duration.parse("PT" + upper);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("is not a duration such as 30s, 90m, 8h or 7d");
    }
    if (duration.isNegative() || duration.compareTo(MAX) > 0) {
      throw new TypeConversionException("is no duration from 0s to " + MAX.toDays() + "d");
    }
    return duration;
  }
}
