package dev.countermand.detectors.baseline;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How many events active windows had, as text: an HDR histogram of two digits, in its own encoding
 * (version 2, not compressed) and base64. Exact up to 255 events, within a hundredth above.
 *
 * <p>Two histograms add up without an error, in any order, and nothing in it is left to chance: the
 * same windows give the same text on every machine.
 */
final class Counts {
  /** The most events of a window that are told apart. */
  static final long MAX = 100_000;

  private static final int DIGITS = 2;

  /** The text of no window. */
  static final String NONE = "";

  private Counts() {}

  static String plus(String encoded, List<Long> counts) {
    Histogram histogram = decode(encoded);
    counts.forEach(count -> histogram.recordValue(Math.min(MAX, count)));
    return encode(histogram);
  }

  static String merge(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one + other;
    }
    Histogram histogram = decode(one);
    histogram.add(decode(other));
    return encode(histogram);
  }

  /** The least count that so many of a hundred active windows do not exceed; 0 for no window. */
  static long percentile(String encoded, double percent) {
    return encoded.isEmpty() ? 0 : decode(encoded).getValueAtPercentile(percent);
  }

  static Histogram decode(String encoded) {
    Histogram histogram = empty();
    if (!encoded.isEmpty()) {
      try {
        histogram.add(
            Histogram.decodeFromByteBuffer(
                ByteBuffer.wrap(Base64.getDecoder().decode(encoded)), 0));
      } catch (IllegalArgumentException
          | BufferUnderflowException
          | ArrayIndexOutOfBoundsException e) {
        throw new IllegalStateException("not an encoded histogram: " + e.getMessage(), e);
      }
    }
    return histogram;
  }

  private static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(buffer.array(), length));
  }

  private static Histogram empty() {
    return new Histogram(1, MAX, DIGITS);
  }
}
