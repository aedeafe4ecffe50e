package dev.countermand.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A zip on the class path whose files lie in one top folder.
 *
 * @param resource its absolute name
 */
record ZipArchive(String resource) implements ServerStore.Unpacker {
  /**
   * The name of the top folder.
   *
   * @throws EmbeddedServerException {@code SERVER_FILES_MISSING} when the zip is not there
   */
  String topFolder() {
    try (ZipInputStream zip = open()) {
      ZipEntry first = zip.getNextEntry();
      if (first == null) {
        throw new IOException("it is empty");
      }
      return Path.of(first.getName()).getName(0).toString();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "SERVER_FILES_MISSING",
          "the server archive "
              + resource
              + " cannot be read: "
              + e.getMessage()
              + "; build the module that brings it again",
          e);
    }
  }

  /** Unpacks what is in the top folder, for every user to read. */
  @Override
  public void unpackTo(Path directory) throws IOException {
    try (ZipInputStream zip = open()) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path name = Path.of(entry.getName());
        if (name.getNameCount() < 2) {
          continue;
        }
        Path target = directory.resolve(name.subpath(1, name.getNameCount())).normalize();
        if (!target.startsWith(directory)) {
          throw new IOException("the entry " + entry.getName() + " leads out of the archive");
        }
        Path folder = target.getParent();
        if (entry.isDirectory() || folder == null) {
          Trees.createOpen(target);
        } else {
          Trees.createOpen(folder);
          Files.copy(zip, target);
          Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
        }
      }
    }
  }

  private ZipInputStream open() throws IOException {
    InputStream stream = ZipArchive.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new IOException("it is not on the class path");
    }
    return new ZipInputStream(new BufferedInputStream(stream, 1 << 16));
  }
}
