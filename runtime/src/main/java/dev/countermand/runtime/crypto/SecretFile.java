package dev.countermand.runtime.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Path directory =
        Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    Files.createDirectories(directory);
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
    try {
      Files.createLink(file, fresh);
      try (FileChannel name = FileChannel.open(directory, StandardOpenOption.READ)) {
        name.force(true);
      }
    } catch (FileAlreadyExistsException e) {
      // Another was first; both go on with its content.
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system has no hard links", e);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
