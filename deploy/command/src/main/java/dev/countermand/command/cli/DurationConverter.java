package dev.countermand.command.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations such as {@code 30s}, {@code 90m}, {@code 8h}, {@code 7d}. */
final class DurationConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String word) {
    String upper = word.toUpperCase(Locale.ROOT);
    try {
      return upper.endsWith("D") ? Duration.parse("P" + upper) : Duration.parse("PT" + upper);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("is not a duration such as 30s, 90m, 8h or 7d");
    }
  }
}
