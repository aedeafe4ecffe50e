package dev.countermand.collectors.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the spool has been drained.
 *
 * @param segment the file that is next
 * @param offset where in it the next record stands
 */
record Cursor(long segment, long offset) {
  static final Cursor START = new Cursor(0, 0);

  private static final Logger log = LoggerFactory.getLogger(Cursor.class);

  /** The stored one; the start when there is none, or it is unreadable: then records repeat. */
  static Cursor read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      return START;
    }
    List<String> words = List.of(text.strip().split(" ", 2));
    try {
      return new Cursor(Long.parseLong(words.get(0)), Long.parseLong(words.get(1)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      log.warn("{} is unreadable; the spool is drained from its beginning again", file);
      return START;
    }
  }

  void write(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    byte[] text = (segment + " " + offset + "\n").getBytes(StandardCharsets.US_ASCII);
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(text);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
