package dev.countermand.command.stack;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One stack alone works in a data directory; the lock ends with the process, however it ends. */
final class DataLock implements AutoCloseable {
  private final FileChannel channel;

  private DataLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the directory, which is made where it is missing.
   *
   * @throws CountermandException DATA_IN_USE with the process that has it; DATA_DIRECTORY when it
   *     cannot be written
   */
  static DataLock of(Path directory) {
    Path file = directory.resolve("up.lock");
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        String holder = Files.readString(file).strip();
        channel.close();
        throw new CountermandException(
            "DATA_IN_USE",
            "The data directory "
                + directory
                + " is in use by process "
                + (holder.isEmpty() ? "?" : holder)
                + ". Stop that one, or set data: to another directory.");
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return new DataLock(channel);
    } catch (IOException e) {
      throw new CountermandException(
          "DATA_DIRECTORY",
          "The data directory " + directory + " cannot be used: " + e.getMessage() + ".",
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
