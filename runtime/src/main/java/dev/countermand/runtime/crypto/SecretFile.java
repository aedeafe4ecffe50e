package dev.countermand.runtime.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Files that only their owner may read. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Writes a file that did not exist, mode 0600, on the disk when this returns. When another
   * process or thread is first, its file stays. Nobody ever sees a part of it.
   */
  public static void create(Path file, byte[] content) throws IOException {
    Path directory = directory(file);
    Files.createDirectories(directory);
    Path fresh = written(directory, file, content);
    try {
      Files.createLink(file, fresh);
      force(directory);
    } catch (FileAlreadyExistsException e) {
      // Another was first; both go on with its content.
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system has no hard links", e);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Writes a file in the place of the one that is there, if one is, mode 0600, on the disk when
   * this returns. Whoever reads sees either the old content or the new one.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path directory = directory(file);
    Path fresh = written(directory, file, content);
    try {
      move(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Puts a file in the place of another in the same directory, in one step. */
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(directory(to));
  }

  /** Deletes a file, if it is there; it does not come back after a crash. */
  public static void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
    force(directory(file));
  }

  private static Path directory(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel name = FileChannel.open(directory, StandardOpenOption.READ)) {
      name.force(true);
    }
  }

  private static Path written(Path directory, Path file, byte[] content) throws IOException {
    Path fresh = directory.resolve(file.getFileName() + "." + UUID.randomUUID() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    return fresh;
  }
}
