package dev.countermand.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an Elasticsearch is to have besides what is in its archive.
 *
 * @param name of its folder
 * @param files the files of that folder, by their names
 */
public record ElasticsearchPlugin(String name, Map<String, byte[]> files) {
  private static final int DIGEST_BYTES = 6;

  public ElasticsearchPlugin {
    files = Map.copyOf(files);
  }

  /** Name and content in a few letters: another content has another one. */
  String id() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new TreeMap<>(files)
          .forEach(
              (file, content) -> {
                digest.update((file + "\n" + content.length + "\n").getBytes(UTF_8));
                digest.update(content);
              });
      return name + "-" + HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts it into an unpacked server, for every user to read. */
  void unpackTo(Path home) throws IOException {
    Path folder = home.resolve("plugins").resolve(name);
    Trees.createOpen(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path target = Files.write(folder.resolve(file.getKey()), file.getValue());
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }
}
