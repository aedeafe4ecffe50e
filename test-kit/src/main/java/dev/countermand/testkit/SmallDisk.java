package dev.countermand.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system of a few megabytes that a test can fill. It needs root; else the test is skipped.
 */
public final class SmallDisk implements AutoCloseable {
  private static final String FILLER = "filler";

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Mounts one at a directory, which is created. */
  public static SmallDisk mount(Path directory, int mebibytes) throws IOException {
    Files.createDirectories(directory);
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", directory.toString());
    Assumptions.assumeTrue(
        mounted, "skipped: this user may not mount a small file system (it takes root)");
    return new SmallDisk(directory);
  }

  /** Leaves no byte free. */
  public void fill() throws IOException {
    byte[] block = new byte[4_096];
    try (OutputStream out =
        Files.newOutputStream(
            directory.resolve(FILLER), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (Files.getFileStore(directory).getUsableSpace() > 0) {
        throw e;
      }
    }
  }

  /** Takes away what {@link #fill} wrote. */
  public void free() throws IOException {
    Files.deleteIfExists(directory.resolve(FILLER));
  }

  @Override
  public void close() {
    if (!run("umount", directory.toString())) {
      throw new IllegalStateException(directory + " cannot be unmounted: something is open there");
    }
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
