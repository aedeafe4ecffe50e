package dev.countermand.collectors.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file of the spool. Not thread-safe; the spool guards it. */
final class Segment implements AutoCloseable {
  static final String SUFFIX = ".spool";

  private static final Logger log = LoggerFactory.getLogger(Segment.class);

  private final long index;
  private final Path file;
  private final FileChannel channel;
  private long size;
  private long records;

  private Segment(long index, Path file, FileChannel channel) {
    this.index = index;
    this.file = file;
    this.channel = channel;
  }

  static Segment create(Path directory, long index) throws IOException {
    Path file = directory.resolve(String.format(Locale.ROOT, "%020d%s", index, SUFFIX));
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    forceDirectory(directory);
    return new Segment(index, file, channel);
  }

  /** Opens a file of an earlier run and cuts off what a crash left half-written at its end. */
  static Segment recover(Path file, long from) throws IOException {
    long index = index(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Segment segment = new Segment(index, file, channel);
    segment.scan(from);
    return segment;
  }

  static long index(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  private void scan(long from) throws IOException {
    long end = channel.size();
    long at = Math.min(from, end);
    byte[] bytes = Frames.read(channel, at, end);
    while (bytes != null) {
      at += Frames.HEADER + bytes.length;
      records++;
      bytes = Frames.read(channel, at, end);
    }
    size = at;
    if (at < end) {
      log.warn(
          "Spool file {} has {} byte(s) after its last whole record, as a crash leaves them; they"
              + " are cut off and kept in {}.torn",
          file,
          end - at,
          file);
      Files.copy(
          file,
          file.resolveSibling(file.getFileName() + ".torn"),
          StandardCopyOption.REPLACE_EXISTING);
      channel.truncate(at);
      channel.force(true);
    }
  }

  long index() {
    return index;
  }

  long size() {
    return size;
  }

  /** How many records were counted from where the scan began, or appended. */
  long records() {
    return records;
  }

  /** Writes frames and returns when they are on the disk; after an error nothing of them counts. */
  void append(ByteBuffer frames, int count) throws IOException {
    int length = frames.remaining();
    long at = size;
    try {
      while (frames.hasRemaining()) {
        at += channel.write(frames, at);
      }
      channel.force(false);
    } catch (IOException e) {
      cutBack();
      throw e;
    }
    size += length;
    records += count;
  }

  private void cutBack() {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      log.warn("Spool file {} cannot be cut back to its last good record", file);
    }
  }

  byte @Nullable [] read(long offset) throws IOException {
    return Frames.read(channel, offset, size);
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }

  static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
