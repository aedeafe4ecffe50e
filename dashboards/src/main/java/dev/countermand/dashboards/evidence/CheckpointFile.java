package dev.countermand.dashboards.evidence;

import dev.countermand.model.Checkpoint;
import dev.countermand.model.Topics;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** The checkpoints of one log in a file, one JSON document a line, in order. For one thread. */
final class CheckpointFile {
  private static final int MAX_LINE = Topics.MAX_RECORD_BYTES;
  private static final byte LINE_FEED = '\n';

  private final Path file;

  CheckpointFile(Path directory, LogName log) {
    this.file = directory.resolve(log.file());
  }

  Path path() {
    return file;
  }

  /**
   * The last one. What a crash left of a line is cut off: it was published nowhere.
   *
   * @throws CountermandException EVIDENCE_UNREADABLE
   */
  Optional<Checkpoint> last() {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Tail tail = tail(channel);
      if (tail.end() < channel.size()) {
        channel.truncate(tail.end());
        channel.force(true);
      }
      return tail.last();
    } catch (IOException | MalformedDocumentException e) {
      throw unreadable(e);
    }
  }

  /**
   * The last one; the file, which a notary may be writing, is left as it is.
   *
   * @throws CountermandException EVIDENCE_UNREADABLE
   */
  Optional<Checkpoint> peek() {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return tail(channel).last();
    } catch (IOException | MalformedDocumentException e) {
      throw unreadable(e);
    }
  }

  /**
   * The end of a file.
   *
   * @param end of the last whole line
   */
  private record Tail(long end, Optional<Checkpoint> last) {}

  private static Tail tail(FileChannel channel) throws IOException {
    long start = Math.max(0, channel.size() - 2L * MAX_LINE);
    ByteBuffer tail = ByteBuffer.allocate((int) (channel.size() - start));
    while (tail.hasRemaining() && channel.read(tail, start + tail.position()) >= 0) {
      // The whole tail.
    }
    int end = lineFeed(tail, tail.position());
    if (end < 0) {
      return new Tail(start, Optional.empty());
    }
    int first = lineFeed(tail, end) + 1;
    byte[] line = new byte[end - first];
    tail.get(first, line);
    return new Tail(start + end + 1, Optional.of(Checkpoint.CODEC.decode(line)));
  }

  /** The place of the last line feed before a place; -1 for none. */
  private static int lineFeed(ByteBuffer bytes, int before) {
    int at = before - 1;
    while (at >= 0 && bytes.get(at) != LINE_FEED) {
      at--;
    }
    return at;
  }

  /**
   * Adds some; they are on the disk when this returns.
   *
   * @throws CountermandException EVIDENCE_UNREADABLE
   */
  void append(List<Checkpoint> checkpoints) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        for (Checkpoint checkpoint : checkpoints) {
          byte[] json = Checkpoint.CODEC.encode(checkpoint);
          ByteBuffer line = ByteBuffer.allocate(json.length + 1).put(json).put(LINE_FEED).flip();
          while (line.hasRemaining()) {
            channel.write(line);
          }
        }
        channel.force(true);
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private CountermandException unreadable(Exception cause) {
    return new CountermandException(
        "EVIDENCE_UNREADABLE",
        "The file of checkpoints "
            + file
            + " cannot be read or written ("
            + cause.getClass().getSimpleName()
            + "). Check disk and rights. If it is damaged, keep it and move it elsewhere: the notary"
            + " then goes on from the topic.",
        cause);
  }
}
