package dev.countermand.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The servers that are unpacked in the cache. Unpacking is all or nothing, and safe when several
 * JVMs begin it at the same time.
 */
final class ServerStore {
  private static final Object IN_THIS_JVM = new Object();

  private final Path servers;

  ServerStore(Path cache) {
    this.servers = cache.resolve("servers");
  }

  /** Puts a server's files below an existing empty directory. */
  @FunctionalInterface
  interface Unpacker {
    void unpackTo(Path directory) throws IOException;
  }

  /**
   * The directory of a server, unpacked now when it is not there.
   *
   * @param name names the server and its version
   * @throws EmbeddedServerException {@code SERVER_FILES_MISSING} when it cannot be unpacked, {@code
   *     DISK_FULL}
   */
  Path unpacked(String name, Unpacker unpacker, Progress progress) {
    Path home = servers.resolve(name);
    if (Files.isDirectory(home)) {
      return home;
    }
    try {
      synchronized (IN_THIS_JVM) {
        Trees.createOpen(servers);
        try (FileChannel channel =
                FileChannel.open(
                    servers.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          if (lock.isValid() && !Files.isDirectory(home)) {
            progress.step("Unpacking " + name + " to " + home + " (once).");
            unpack(home, unpacker);
          }
        }
      }
      return home;
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "SERVER_FILES_MISSING",
          "%s cannot be unpacked to %s: %s; check that directory, or name another in COUNTERMAND_CACHE"
              .formatted(name, servers, e.getMessage()),
          e);
    }
  }

  private void unpack(Path home, Unpacker unpacker) throws IOException {
    DiskSpace.require(servers, "unpacking a server");
    Path unfinished = servers.resolve(".unfinished");
    Trees.delete(unfinished);
    Trees.createOpen(unfinished);
    unpacker.unpackTo(unfinished);
    Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
  }
}
