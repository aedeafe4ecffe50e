package dev.countermand.runtime.crypto;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fingerprint keys of a deployment: the current one and, while a rotation's overlap lasts, the
 * one before. Follows their files, so that a running process goes over to a new key by itself.
 * Thread-safe.
 */
public final class FingerprintKeys {
  private static final Logger log = LoggerFactory.getLogger(FingerprintKeys.class);
  private static final long LOOK = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private final LongSupplier nanos;
  private final AtomicLong looked;
  private volatile Seen seen;
  private String problem = "";

  private FingerprintKeys(Path file, LongSupplier nanos) {
    this.file = file;
    this.nanos = nanos;
    FingerprintKey.at(file);
    this.seen = read(file);
    this.looked = new AtomicLong(nanos.getAsLong());
  }

  /**
   * The keys that hold at one moment.
   *
   * @param current makes the fingerprints
   * @param previous the one before while both hold; null otherwise
   */
  public record Ring(FingerprintKey current, @Nullable FingerprintKey previous) {}

  /** The ring and the state of the files it was read from. */
  private record Seen(Ring ring, Stamp current, Stamp previous) {}

  /** What changes when a file is replaced, written or removed. */
  private record Stamp(@Nullable Object inode, long size, long modified) {
    private static final Stamp ABSENT = new Stamp(null, -1, 0);

    static Stamp of(Path file) throws IOException {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
            found.fileKey(),
            found.size(),
            found.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS));
      } catch (NoSuchFileException e) {
        return ABSENT;
      }
    }
  }

  /**
   * The keys in a file and in the one beside it that ends in {@code .previous}. The first is made
   * when neither is there.
   *
   * @throws CountermandException KEY_UNREADABLE
   */
  public static FingerprintKeys at(Path file) {
    return at(file, System::nanoTime);
  }

  static FingerprintKeys at(Path file, LongSupplier nanos) {
    return new FingerprintKeys(file, nanos);
  }

  /** The file of the key before the one in a file. */
  public static Path previousOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".previous");
  }

  /**
   * The keys that hold now: at most a second older than their files. Where these cannot be read any
   * more, the last known keys stay, and the log says so.
   */
  public Ring ring() {
    long last = looked.get();
    long now = nanos.getAsLong();
    if (now - last >= LOOK && looked.compareAndSet(last, now)) {
      look();
    }
    return seen.ring();
  }

  private synchronized void look() {
    try {
      Stamp current = Stamp.of(file);
      Stamp previous = Stamp.of(previousOf(file));
      if (current.equals(seen.current()) && previous.equals(seen.previous())) {
        return;
      }
      Ring before = seen.ring();
      seen = read(file);
      problem = "";
      String id = seen.ring().current().id();
      if (!id.equals(before.current().id())) {
        log.info(
            "Fingerprints are made with key {} now, before with {}", id, before.current().id());
      }
    } catch (CountermandException | IOException e) {
      String now = e.getClass().getName();
      if (!now.equals(problem)) {
        problem = now;
        log.warn(
            "The fingerprint keys at {} changed and cannot be read; key {} stays in use: {}",
            file,
            seen.ring().current().id(),
            e.getMessage());
      }
    }
  }

  private static Seen read(Path file) {
    Path before = previousOf(file);
    try {
      // The stamps first: a file that changes while it is read is read again at the next look.
      Stamp currentStamp = Stamp.of(file);
      Stamp previousStamp = Stamp.of(before);
      FingerprintKey previous =
          previousStamp.equals(Stamp.ABSENT) ? null : FingerprintKey.read(before);
      FingerprintKey current = FingerprintKey.read(file);
      // In the middle of a rotation both files hold the same key.
      boolean differ = previous != null && !previous.id().equals(current.id());
      return new Seen(new Ring(current, differ ? previous : null), currentStamp, previousStamp);
    } catch (IOException e) {
      throw FingerprintKey.unreadable(file, e);
    }
  }
}
