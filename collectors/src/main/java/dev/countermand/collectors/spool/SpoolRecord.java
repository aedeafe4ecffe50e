package dev.countermand.collectors.spool;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record that waits for Kafka.
 *
 * @param topic where it goes
 * @param key its key
 * @param value its value, redacted long before it comes here
 * @param time when it came, in milliseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed after it is made
public record SpoolRecord(String topic, @Nullable String key, byte[] value, long time) {

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length + 128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(time);
      write(out, topic.getBytes(StandardCharsets.UTF_8));
      out.writeBoolean(key != null);
      if (key != null) {
        write(out, key.getBytes(StandardCharsets.UTF_8));
      }
      write(out, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static SpoolRecord decode(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      long time = in.readLong();
      String topic = new String(read(in), StandardCharsets.UTF_8);
      String key = in.readBoolean() ? new String(read(in), StandardCharsets.UTF_8) : null;
      return new SpoolRecord(topic, key, read(in), time);
    }
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a field is longer than its record");
    }
    return in.readNBytes(length);
  }

  @Override
  public String toString() {
    return "SpoolRecord[" + topic + ", " + value.length + " bytes]";
  }
}
