package dev.countermand.collectors.edge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The processes of this machine, read from {@code /proc}. Immutable. */
final class ProcessTable {
  private static final int MAX_STAT = 4_096;
  private static final int MAX_ENVIRONMENT = 1 << 20;

  /** The start time is the 22nd field; what follows the name begins with the third. */
  private static final int START = 22 - 3;

  private final Path root;

  /** The table below a directory, {@code /proc} but in tests. */
  ProcessTable(Path root) {
    this.root = root;
  }

  /**
   * All processes that can be seen, by pid. They are read one after another: one that begins
   * meanwhile may be missing.
   *
   * @throws IOException when there is no such table
   */
  Map<Long, Proc> read() throws IOException {
    Map<Long, Proc> all = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        find(pid).ifPresent(process -> all.put(pid, process));
      }
    } catch (DirectoryIteratorException | NumberFormatException e) {
      throw new IOException("the table of processes cannot be read", e);
    }
    return all;
  }

  /** The process that has a pid now. */
  Optional<Proc> find(long pid) {
    try {
      return parse(pid, text(pid, "stat", MAX_STAT));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  // The name stands in brackets and may hold brackets and spaces: the last one ends it.
  private static Optional<Proc> parse(long pid, String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START || fields[0].length() != 1) {
      return Optional.empty();
    }
    return Optional.of(
        new Proc(
            pid,
            Long.parseLong(fields[1]),
            Long.parseLong(fields[2]),
            Long.parseLong(fields[3]),
            fields[0].charAt(0),
            Long.parseLong(fields[START])));
  }

  /** Whether a process was started with a variable in its environment, as far as can be seen. */
  boolean carries(long pid, String variable) {
    try {
      return ("\0" + text(pid, "environ", MAX_ENVIRONMENT)).contains("\0" + variable + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  private String text(long pid, String file, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(root.resolve(Long.toString(pid)).resolve(file))) {
      return new String(in.readNBytes(limit), StandardCharsets.ISO_8859_1);
    }
  }
}
