package dev.countermand.model.json;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a generator writes. Most documents come in one piece when the generator is closed, and
 * are then copied once; a larger one is put together. For one thread.
 */
final class Bytes extends OutputStream {
  private byte @Nullable [] first;
  private @Nullable ByteArrayOutputStream all;

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    if (first == null) {
      first = Arrays.copyOfRange(bytes, from, from + length);
      return;
    }
    if (all == null) {
      all = new ByteArrayOutputStream(2 * first.length);
      all.write(first, 0, first.length);
    }
    all.write(bytes, from, length);
  }

  /** All that was written; nobody may write after that. */
  byte[] toByteArray() {
    if (all != null) {
      return all.toByteArray();
    }
    return first == null ? new byte[0] : first;
  }
}
