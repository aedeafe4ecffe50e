package dev.countermand.collectors.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** How records stand in a file: length, CRC-32C of the bytes, the bytes. */
final class Frames {
  static final int HEADER = 8;

  /** Longer than any record may be: a length beyond it is damage. */
  private static final int MAX_LENGTH = 16 * 1024 * 1024;

  private Frames() {}

  static byte[] frame(byte[] bytes) {
    return ByteBuffer.allocate(HEADER + bytes.length)
        .putInt(bytes.length)
        .putInt(crc(bytes))
        .put(bytes)
        .array();
  }

  /** The bytes of the frame at an offset; null where no whole, undamaged frame stands. */
  static byte @Nullable [] read(FileChannel channel, long offset, long end) throws IOException {
    if (end - offset < HEADER) {
      return null;
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    fill(channel, header, offset);
    int length = header.getInt(0);
    if (length < 0 || length > MAX_LENGTH || length > end - offset - HEADER) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    fill(channel, bytes, offset + HEADER);
    return !bytes.hasRemaining() && crc(bytes.array()) == header.getInt(4) ? bytes.array() : null;
  }

  static void fill(FileChannel channel, ByteBuffer buffer, long offset) throws IOException {
    long at = offset;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        return;
      }
      at += read;
    }
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }
}
