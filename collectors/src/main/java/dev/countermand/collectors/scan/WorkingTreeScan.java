package dev.countermand.collectors.scan;

import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.Secret;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads the files below a directory and finds the secrets in them. Symbolic links are not followed,
 * what Git keeps of its history is left out, and so are binary files and files above {@value
 * #MAX_BYTES} bytes; all of these are counted. For one thread.
 */
public final class WorkingTreeScan {
  /** Largest file that is read, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int HEAD = 8_192;
  private static final Set<String> HISTORY = Set.of(".git", ".hg", ".svn", ".jj");

  /**
   * A secret in a file.
   *
   * @param file relative to the directory that was scanned
   * @param line from 1
   * @param secret with its fingerprint; never print its token
   */
  public record Found(Path file, int line, Secret secret) {}

  /**
   * What was looked at.
   *
   * @param files that were read
   * @param bytes that were read
   * @param binary files that hold no text
   * @param large files above the limit
   * @param unreadable files and directories that could not be read
   * @param undecided files of which the redactor could not examine everything
   */
  public record Summary(
      long files, long bytes, long binary, long large, long unreadable, long undecided) {}

  private final Redactor redactor;
  private final LongConsumer progress;

  private long files;
  private long bytes;
  private long binary;
  private long large;
  private long unreadable;
  private long undecided;

  /**
   * A scan.
   *
   * @param redactor knows what a secret looks like, and which are registered
   * @param progress is told the number of files after each
   */
  public WorkingTreeScan(Redactor redactor, LongConsumer progress) {
    this.redactor = redactor;
    this.progress = progress;
  }

  /**
   * Scans a directory, or one file.
   *
   * @param found is told of each secret as it is found
   * @throws CountermandException FILE_UNREADABLE when there is nothing at the path
   */
  public Summary scan(Path directory, Consumer<Found> found) throws IOException {
    FileErrors.requireReadable(directory);
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            Path name = path.getFileName();
            return name != null && HISTORY.contains(name.toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              file(directory, path, attributes.size(), found);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) {
            unreadable++;
            return FileVisitResult.CONTINUE;
          }
        });
    return new Summary(files, bytes, binary, large, unreadable, undecided);
  }

  private void file(Path directory, Path path, long size, Consumer<Found> found) {
    if (size > MAX_BYTES) {
      large++;
      return;
    }
    byte[] content;
    try {
      content = Files.readAllBytes(path);
    } catch (IOException e) {
      unreadable++;
      return;
    }
    for (int i = 0; i < Math.min(content.length, HEAD); i++) {
      if (content[i] == 0) {
        binary++;
        return;
      }
    }
    files++;
    bytes += content.length;
    String text = new String(content, StandardCharsets.UTF_8);
    Redaction redaction = redactor.redact(text);
    undecided += redaction.status() == Redaction.Status.FAILED ? 1 : 0;
    Path relative = directory.equals(path) ? path : directory.relativize(path);
    int line = 1;
    int at = 0;
    for (Secret secret : redaction.secrets()) {
      for (; at < Math.min(secret.start(), text.length()); at++) {
        line += text.charAt(at) == '\n' ? 1 : 0;
      }
      found.accept(new Found(relative, line, secret));
    }
    progress.accept(files);
  }
}
