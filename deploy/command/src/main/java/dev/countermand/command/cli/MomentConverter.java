package dev.countermand.command.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment: {@code now}, so long ago ({@code 30d}, {@code 8h}), or an instant. */
final class MomentConverter implements ITypeConverter<Instant> {
  private final DurationConverter durations = new DurationConverter();

  @Override
  public Instant convert(String word) {
    if (word.equals("now")) {
      return Instant.now();
    }
    try {
      return word.contains("T")
          ? Instant.parse(word)
          : Instant.now().minus(durations.convert(word));
    } catch (DateTimeParseException | TypeConversionException e) {
      throw new TypeConversionException(
          "is neither now, nor so long ago as 30d or 8h, nor an instant such as"
              + " 2026-11-20T10:15:30Z");
    }
  }
}
