package dev.countermand.runtime.crypto;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the fingerprint key of a deployment, on the host where that is done. A process at a time
 * rotates; one that dies at any point leaves files with which the next one goes on.
 *
 * <p>The key that will hold stands in a file {@code .next} from the moment it has a name, so that
 * whoever goes on makes no other; then the current one is kept as {@code .previous}; then the next
 * one takes its place in one step.
 */
public final class KeyRotation implements AutoCloseable {
  private final Path file;
  private final Path previous;
  private final Path next;
  private final FileChannel channel;

  private KeyRotation(Path file, FileChannel channel) {
    this.file = file;
    this.previous = FingerprintKeys.previousOf(file);
    this.next = file.resolveSibling(file.getFileName() + ".next");
    this.channel = channel;
  }

  /**
   * Begins to work on the keys; nothing is changed yet.
   *
   * @throws CountermandException KEY_ROTATION_RUNNING when another process does; KEY_UNREADABLE
   */
  public static KeyRotation of(Path file) {
    FingerprintKey.at(file);
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      if (!isLocked(channel)) {
        channel.close();
        throw new CountermandException(
            "KEY_ROTATION_RUNNING",
            "Another process works on the fingerprint keys at " + file + ". Wait until it ends.");
      }
      return new KeyRotation(file, channel);
    } catch (IOException e) {
      throw FingerprintKey.unreadable(lockFile, e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      // The lock lasts until the channel is closed or the process ends.
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The keys that hold; with a previous one, a rotation is under way. */
  public FingerprintKeys.Ring ring() {
    return FingerprintKeys.at(file).ring();
  }

  /** The key that {@link #replace} will bring into force. Made and kept on the first call. */
  public FingerprintKey next() {
    try {
      if (Files.notExists(next)) {
        SecretFile.create(next, FingerprintKey.fresh());
      }
      return FingerprintKey.read(next);
    } catch (IOException e) {
      throw FingerprintKey.unreadable(next, e);
    }
  }

  /** Makes the current key the previous one. It stays in force, too. */
  public void keep() {
    try {
      SecretFile.replace(previous, Files.readAllBytes(file));
    } catch (IOException e) {
      throw FingerprintKey.unreadable(previous, e);
    }
  }

  /** Brings the next key into force, in one step. */
  public void replace() {
    Objects.requireNonNull(next());
    try {
      SecretFile.move(next, file);
    } catch (IOException e) {
      throw FingerprintKey.unreadable(file, e);
    }
  }

  /** Ends the overlap: the previous key is deleted. */
  public void finish() {
    try {
      SecretFile.delete(previous);
    } catch (IOException e) {
      throw FingerprintKey.unreadable(previous, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FingerprintKey.unreadable(file, e);
    }
  }
}
