package dev.countermand.testkit;

import dev.countermand.embedded.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server that is started once in a directory of its own; stopped, and the directory deleted, when
 * the JVM ends. Safe for use by several threads.
 */
public final class Once<T extends AutoCloseable> {
  private final String name;
  private final Function<Path, T> starter;
  private @Nullable T started;

  /**
   * Nothing is started yet.
   *
   * @param name of its directory and threads
   * @param starter starts it in a directory that is there and empty
   */
  public Once(String name, Function<Path, T> starter) {
    this.name = name;
    this.starter = starter;
  }

  /** The server; the first call starts it. */
  public synchronized T value() {
    T server = started;
    if (server == null) {
      Path directory = directory();
      server = starter.apply(directory);
      T toClose = server;
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> end(toClose, directory), "stop-" + name));
      started = server;
    }
    return server;
  }

  // Not java.io.tmpdir, which may lie where a server that runs as another user cannot go.
  private Path directory() {
    try {
      Path temporary = Path.of("/tmp");
      Path directory =
          Files.isWritable(temporary)
              ? Files.createTempDirectory(temporary, "countermand-" + name + "-")
              : Files.createTempDirectory("countermand-" + name + "-");
      // A server that runs as another user has to get in.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for " + name, e);
    }
  }

  private static void end(AutoCloseable server, Path directory) {
    try {
      server.close();
      Trees.delete(directory);
    } catch (Exception e) {
      System.err.println("The test server in " + directory + " did not end cleanly: " + e);
    }
  }
}
