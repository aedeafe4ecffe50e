package dev.countermand.collectors.spool;

import dev.countermand.runtime.CountermandException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A first-in, first-out queue of records on disk. What {@link #append} accepted is on the disk when
 * it returns and comes out of {@link #peek} in the same order, also after {@code kill -9}, until
 * {@link #advance} has passed it. Thread-safe.
 */
public final class Spool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final int SEGMENT_BYTES = 8 * 1024 * 1024;

  private final Path directory;
  private final Path cursorFile;
  private final long maxBytes;
  private final int segmentBytes;
  private final FileChannel lockFile;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private Cursor cursor = Cursor.START;
  private boolean writable;
  private long nextIndex;
  private long bytes;
  private long records;

  /**
   * Some records from the front.
   *
   * @param records oldest first
   * @param end where the next one stands
   */
  public record Batch(List<SpoolRecord> records, Position end) {}

  /** A place in the spool. */
  public static final class Position {
    private final Cursor cursor;
    private final int passed;

    private Position(Cursor cursor, int passed) {
      this.cursor = cursor;
      this.passed = passed;
    }
  }

  private Spool(Path directory, long maxBytes, int segmentBytes, FileChannel lockFile) {
    this.directory = directory;
    this.cursorFile = directory.resolve("cursor");
    this.maxBytes = maxBytes;
    this.segmentBytes = segmentBytes;
    this.lockFile = lockFile;
  }

  /**
   * Opens the spool of a directory, which is created where it is missing.
   *
   * @param maxBytes most that it keeps
   * @throws CountermandException SPOOL_IN_USE when another process has it, SPOOL_UNUSABLE when the
   *     directory cannot be read and written
   */
  public static Spool open(Path directory, long maxBytes) {
    return open(directory, maxBytes, SEGMENT_BYTES);
  }

  static Spool open(Path directory, long maxBytes, int segmentBytes) {
    try {
      Files.createDirectories(directory);
      Spool spool = new Spool(directory, maxBytes, segmentBytes, lock(directory));
      spool.recover();
      return spool;
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same as held by another.
    }
    if (lock == null) {
      channel.close();
      throw new CountermandException(
          "SPOOL_IN_USE",
          "Another gateway uses the spool in "
              + directory
              + ". Stop it, or give this one another data directory.");
    }
    return channel;
  }

  private void recover() throws IOException {
    cursor = Cursor.read(cursorFile);
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.filter(f -> f.toString().endsWith(Segment.SUFFIX)).sorted().toList();
    }
    nextIndex = cursor.segment();
    for (Path file : files) {
      long index = Segment.index(file);
      nextIndex = Math.max(nextIndex, index + 1);
      if (index < cursor.segment()) {
        Files.delete(file);
        continue;
      }
      Segment segment = Segment.recover(file, index == cursor.segment() ? cursor.offset() : 0);
      segments.add(segment);
      bytes += segment.size();
      records += segment.records();
    }
    if (records == 0) {
      clear();
    } else {
      log.info("The spool in {} holds {} record(s) of an earlier run", directory, records);
    }
  }

  /**
   * Appends records up to a share of the limit and returns when they are on the disk.
   *
   * @param share 0 to 1, how much of the limit these records may fill
   * @return how many were taken, counted from the first; fewer than given when it is full
   * @throws CountermandException SPOOL_UNUSABLE when the disk refuses; nothing was taken then
   */
  public synchronized int append(List<SpoolRecord> added, double share) {
    long limit = (long) (maxBytes * share);
    int taken = 0;
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    int waiting = 0;
    try {
      for (SpoolRecord spoolRecord : added) {
        byte[] frame = Frames.frame(spoolRecord.encode());
        if (bytes + frames.size() + frame.length > limit) {
          break;
        }
        if (waiting > 0 && room() < frames.size() + frame.length) {
          write(frames, waiting);
          taken += waiting;
          waiting = 0;
        }
        frames.write(frame, 0, frame.length);
        waiting++;
      }
      write(frames, waiting);
      return taken + waiting;
    } catch (IOException e) {
      writable = false;
      dropEmpty();
      if (taken > 0) {
        log.error("The spool in {} cannot be written: {}", directory, e.getMessage());
        return taken;
      }
      throw unusable(directory, e);
    }
  }

  /** A disk that refuses would else leave an open file behind at every record. */
  private void dropEmpty() {
    Segment last = segments.peekLast();
    if (last != null && last.size() == 0) {
      segments.removeLast();
      try {
        last.delete();
      } catch (IOException e) {
        log.warn("The empty spool file {} cannot be removed", last);
      }
    }
  }

  private long room() {
    Segment last = segments.peekLast();
    return last == null || !writable ? segmentBytes : segmentBytes - last.size();
  }

  private void write(ByteArrayOutputStream frames, int count) throws IOException {
    if (count == 0) {
      return;
    }
    Segment last = segments.peekLast();
    if (last == null || !writable || (last.size() > 0 && room() < frames.size())) {
      last = Segment.create(directory, nextIndex);
      nextIndex++;
      segments.add(last);
      writable = true;
    }
    last.append(ByteBuffer.wrap(frames.toByteArray()), count);
    bytes += frames.size();
    records += count;
    frames.reset();
  }

  /** The oldest records, at least one unless the spool is empty. */
  public synchronized Batch peek(int maxRecords, int maxBatchBytes) {
    List<SpoolRecord> batch = new ArrayList<>();
    Cursor at = cursor;
    long size = 0;
    try {
      for (Segment segment : segments) {
        long offset = segment.index() == at.segment() ? at.offset() : 0;
        while (batch.size() < maxRecords && size < maxBatchBytes && offset < segment.size()) {
          byte[] frame = segment.read(offset);
          if (frame == null) {
            log.error(
                "Spool file {} is damaged at byte {}; the rest of the file is lost",
                segment,
                offset);
            offset = segment.size();
            break;
          }
          batch.add(SpoolRecord.decode(frame));
          size += frame.length;
          offset += Frames.HEADER + frame.length;
        }
        at = new Cursor(segment.index(), offset);
        if (batch.size() == maxRecords || size >= maxBatchBytes) {
          break;
        }
      }
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    return new Batch(List.copyOf(batch), new Position(at, batch.size()));
  }

  /**
   * Forgets everything before a position that {@link #peek} returned.
   *
   * @throws CountermandException SPOOL_UNUSABLE when the progress cannot be stored; records may
   *     then come twice
   */
  public synchronized void advance(Position position) {
    try {
      cursor = position.cursor;
      records = Math.max(0, records - position.passed);
      if (atEnd()) {
        clear();
        return;
      }
      // First, because a full disk may have no room for the cursor before. After a crash in between
      // the files that are left are read from their beginning.
      while (segments.getFirst().index() < cursor.segment()) {
        drop(segments.removeFirst());
      }
      cursor.write(cursorFile);
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private boolean atEnd() {
    Segment last = segments.peekLast();
    return last == null || (last.index() == cursor.segment() && cursor.offset() >= last.size());
  }

  private void clear() throws IOException {
    cursor = new Cursor(nextIndex, 0);
    records = 0;
    writable = false;
    while (!segments.isEmpty()) {
      drop(segments.removeFirst());
    }
    cursor.write(cursorFile);
  }

  private void drop(Segment segment) throws IOException {
    bytes -= segment.size();
    segment.delete();
  }

  /** Whether nothing waits. */
  public synchronized boolean isEmpty() {
    return atEnd();
  }

  /** How many records wait. */
  public synchronized long records() {
    return records;
  }

  /** How many bytes the files take. */
  public synchronized long bytes() {
    return bytes;
  }

  /** When the oldest record came, in milliseconds since 1970. */
  public OptionalLong oldest() {
    Batch first = peek(1, 1);
    return first.records().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(first.records().get(0).time());
  }

  @Override
  public synchronized void close() {
    try {
      for (Segment segment : segments) {
        segment.close();
      }
      lockFile.close();
    } catch (IOException e) {
      log.warn("The spool in {} did not close cleanly: {}", directory, e.getMessage());
    }
  }

  private static CountermandException unusable(Path directory, @Nullable IOException e) {
    return new CountermandException(
        "SPOOL_UNUSABLE",
        "The spool in "
            + directory
            + " cannot be read or written: "
            + (e == null ? "unknown" : e.getMessage())
            + ". Check the disk, and that this user owns the directory.",
        e);
  }
}
