package dev.countermand.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, for an error message. */
final class LogTail {
  private static final int BYTES = 16 * 1024;

  private LogTail() {}

  /**
   * The last lines of every file that exists and is not empty, at most 16 KiB each; "(empty)" when
   * there are none.
   */
  static String of(List<Path> files, int lines) {
    StringBuilder text = new StringBuilder();
    for (Path file : files.stream().distinct().toList()) {
      text.append(of(file, lines));
    }
    return text.isEmpty() ? "(empty)" : text.toString();
  }

  private static String of(Path file, int lines) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, log.length() - BYTES);
      log.seek(from);
      byte[] end = new byte[(int) (log.length() - from)];
      log.readFully(end);
      List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
      List<String> last = all.subList(Math.max(0, all.size() - lines), all.size());
      return last.isEmpty() ? "" : String.join("\n", last) + "\n";
    } catch (IOException e) {
      return file + " cannot be read: " + e.getMessage() + "\n";
    }
  }
}
