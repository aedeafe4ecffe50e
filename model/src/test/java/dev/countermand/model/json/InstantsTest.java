package dev.countermand.model.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InstantsTest {

  @Property
  void everyInstantThatIsWrittenIsReadAgain(
      @ForAll long second, @ForAll @IntRange(max = 999_999_999) int nano) {
    // The years 0 to 9999 have four digits; the others are the general parser's.
    Instant instant = Instant.ofEpochSecond(second % 400_000_000_000L, nano);

    assertThat(Instants.parse(instant.toString())).isEqualTo(instant);
  }

  @Property
  void anInstantIsWrittenAsTheLibraryWritesIt(
      @ForAll long second, @ForAll @IntRange(max = 999) int part, @ForAll Fraction fraction) {
    Instant instant = Instant.ofEpochSecond(second % 400_000_000_000L, part * fraction.nanos);

    assertThat(Instants.format(instant)).isEqualTo(instant.toString());
  }

  /** So fine a part of a second. */
  enum Fraction {
    NONE(0),
    MILLISECONDS(1_000_000),
    MICROSECONDS(1_000),
    NANOSECONDS(1),
    MIXED(1_000_999);

    private final int nanos;

    Fraction(int nanos) {
      this.nanos = nanos;
    }
  }

  @Property
  void aTextWithOneOtherCharacterMeansWhatTheLibrarySays(
      @ForAll @IntRange(max = 29) int at, @ForAll char other) {
    StringBuilder text = new StringBuilder("2028-02-29T23:59:58.123456789Z");
    text.setCharAt(at, other);

    assertThat(read(text.toString())).isEqualTo(library(text.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2026-11-20T10:15:30Z",
        "2026-11-20T10:15:30.Z",
        "2026-11-20T10:15:30.1Z",
        "2026-11-20T10:15:30.1234567890Z",
        "2026-11-20T10:15:30",
        "2026-11-20T10:15:30z",
        "2026-11-20T10:15Z",
        "2026-11-20T10:15:30+01:00",
        "2026-11-20T24:00:00Z",
        "2026-12-31T23:59:60Z",
        "2026-11-20T10:60:30Z",
        "2026-11-31T10:15:30Z",
        "2026-02-29T10:15:30Z",
        "2028-02-29T10:15:30Z",
        "2026-00-10T10:15:30Z",
        "2026-13-10T10:15:30Z",
        "0000-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "２026-11-20T10:15:30Z",
      })
  void aTextMeansWhatTheLibrarySays(String text) {
    assertThat(read(text)).isEqualTo(library(text));
  }

  private static Optional<Instant> read(String text) {
    try {
      return Optional.of(Instants.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> library(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
