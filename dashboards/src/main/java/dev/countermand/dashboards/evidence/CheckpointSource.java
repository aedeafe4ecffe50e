package dev.countermand.dashboards.evidence;

import dev.countermand.dashboards.evidence.Problem.Kind;
import dev.countermand.model.Checkpoint;
import dev.countermand.model.Topics;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The good checkpoints of one log from one place, in order; what is not good, and what is missing
 * between two of them, is told as a problem. For one thread.
 */
final class CheckpointSource implements AutoCloseable {
  private static final int MAX_LINE = 2 * Topics.MAX_RECORD_BYTES;

  /** More lines than these that are no checkpoints, and the rest of a place is not read. */
  static final int MAX_FORGED = 1_000;

  private final String name;
  private final LogName log;
  private final PublicKeys keys;
  private final Hasher hasher;
  private final Consumer<Problem> problems;
  private final @Nullable InputStream lines;
  private final Path file;
  private long line;
  private boolean isCut;
  private int forged;
  private @Nullable String note;
  private @Nullable Sealed head;
  private @Nullable Sealed previous;

  /**
   * Those in a file, which need not be there.
   *
   * @param name what the place is called, for people
   */
  CheckpointSource(
      String name,
      Path file,
      LogName log,
      PublicKeys keys,
      Hasher hasher,
      Consumer<Problem> problems) {
    this.name = name;
    this.file = file;
    this.log = log;
    this.keys = keys;
    this.hasher = hasher;
    this.problems = problems;
    try {
      this.lines =
          Files.exists(file) ? new BufferedInputStream(Files.newInputStream(file), 1 << 16) : null;
    } catch (IOException e) {
      throw unreadable(e);
    }
    advance();
  }

  /** The next one; null at the end. */
  @Nullable Sealed peek() {
    return head;
  }

  /** The last one that was taken; null before the first. */
  @Nullable Sealed previous() {
    return previous;
  }

  String name() {
    return name;
  }

  /**
   * That the last line is cut off, as a crash or a copy leaves it, or that the rest was not read;
   * empty where it is whole.
   */
  Optional<String> note() {
    return Optional.ofNullable(note);
  }

  Optional<Sealed> take() {
    Sealed taken = head;
    if (taken != null) {
      previous = taken;
      advance();
    }
    return Optional.ofNullable(taken);
  }

  private void advance() {
    head = null;
    while (head == null) {
      byte[] next = forged > MAX_FORGED ? null : line();
      if (next == null) {
        return;
      }
      Sealed one = opened(next);
      if (one != null && isNext(one)) {
        head = one;
      }
    }
  }

  private @Nullable Sealed opened(byte[] bytes) {
    try {
      return Sealed.open(log, Checkpoint.CODEC.decode(bytes), keys, hasher);
    } catch (MalformedDocumentException e) {
      if (isCut) {
        note = "the last line of " + file + " is cut off: what is there of it is no checkpoint";
      } else {
        forged("it cannot be read");
      }
    } catch (IllegalArgumentException e) {
      forged(String.valueOf(e.getMessage()));
    }
    return null;
  }

  private void forged(String why) {
    Sealed last = previous;
    long size = last == null ? 0 : last.size();
    if (++forged > MAX_FORGED) {
      note =
          "more than "
              + MAX_FORGED
              + " lines of "
              + name
              + " are no checkpoints; the rest is not read";
      return;
    }
    tell(Kind.CHECKPOINT_FORGED, size, size, "checkpoint " + line + " of " + name + ": " + why);
  }

  /** At-least-once: one that was published again says nothing new, and must say the same. */
  private boolean isNext(Sealed one) {
    Sealed last = previous;
    if (last == null) {
      return true;
    }
    if (one.size() <= last.size()) {
      if (one.size() >= last.stretch().before()
          && !java.util.Arrays.equals(
              last.stretch().rootAt(one.size(), hasher), one.stretch().root(hasher))) {
        tell(
            Kind.CHECKPOINT_FORKED,
            one.size(),
            one.size(),
            "two different trees of this size are signed in " + name);
      }
      return false;
    }
    if (one.stretch().before() > last.size()) {
      tell(
          Kind.CHECKPOINT_MISSING,
          last.size() + 1,
          one.stretch().before(),
          "the checkpoints of these sizes are not in " + name);
    }
    return true;
  }

  private void tell(Kind kind, long first, long last, String text) {
    problems.accept(new Problem(kind, log, first, last, text, null));
  }

  private byte @Nullable [] line() {
    InputStream in = lines;
    if (in == null) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    int next;
    try {
      next = in.read();
      if (next < 0) {
        return null;
      }
      while (next >= 0 && next != '\n') {
        if (bytes.size() >= MAX_LINE) {
          throw new IOException("line " + (line + 1) + " is too long");
        }
        bytes.write(next);
        next = in.read();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    line++;
    isCut = next < 0;
    return bytes.toByteArray();
  }

  private CountermandException unreadable(IOException cause) {
    return FileErrors.unreadable(file, cause);
  }

  @Override
  public void close() {
    try {
      if (lines != null) {
        lines.close();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
