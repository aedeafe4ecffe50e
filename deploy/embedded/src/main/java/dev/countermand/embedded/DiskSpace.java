package dev.countermand.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses to start a server where it would run out of disk. */
final class DiskSpace {
  static final long NEEDED_BYTES = 500L * 1024 * 1024;

  private DiskSpace() {}

  /**
   * Creates the directory where it is missing, for every user to enter, and checks that 500 MB are
   * usable there.
   */
  static void require(Path directory, String server) {
    long usable;
    try {
      Trees.createOpen(directory.toAbsolutePath());
      usable = Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "DATA_DIRECTORY",
          "cannot create or read "
              + directory
              + " for "
              + server
              + "; check its owner and permissions ("
              + e
              + ")",
          e);
    }
    require(usable, directory, server);
  }

  static void require(long usableBytes, Path directory, String server) {
    if (usableBytes < NEEDED_BYTES) {
      throw new EmbeddedServerException(
          "DISK_FULL",
          "%s needs %d MB of free disk in %s and finds %d MB; free some space or choose another directory"
              .formatted(server, NEEDED_BYTES >> 20, directory, usableBytes >> 20));
    }
  }
}
