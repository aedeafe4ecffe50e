package dev.countermand.command.replay;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The keys that somebody presses, read in a thread of their own. */
public final class Keys {
  /** More than a person presses before they are looked at; further ones are dropped. */
  private static final int WAITING = 16;

  private static final int ESCAPE = 27;

  private final BlockingQueue<Key> pressed = new ArrayBlockingQueue<>(WAITING);

  /** What a key means. */
  public enum Key {
    /** Space: stop, or go on. */
    PAUSE,
    /** The right arrow: the next record when paused, else some seconds on. */
    FORWARD,
    /** The left arrow: some seconds back. */
    BACK,
    /** {@code q}: end. */
    QUIT
  }

  private Keys() {}

  /** Where nobody sits. */
  public static Keys none() {
    return new Keys();
  }

  /** Those of a terminal that gives every key at once. */
  public static Keys of(InputStream terminal) {
    Keys keys = new Keys();
    Thread reader = new Thread(() -> keys.read(terminal), "replay-keys");
    reader.setDaemon(true);
    reader.start();
    return keys;
  }

  /**
   * Waits for a key; empty when none comes in time.
   *
   * @throws InterruptedException when the thread is told to end
   */
  public Optional<Key> await(Duration time) throws InterruptedException {
    return Optional.ofNullable(pressed.poll(time.toNanos(), TimeUnit.NANOSECONDS));
  }

  private void read(InputStream terminal) {
    try {
      for (int at = terminal.read(); at >= 0; at = terminal.read()) {
        // An arrow is an escape, a bracket or an O, and a letter.
        boolean arrow = at == ESCAPE && isBracket(terminal.read());
        key(arrow, arrow ? terminal.read() : at).ifPresent(pressed::offer);
      }
    } catch (IOException e) {
      // The terminal is gone; the replay goes on to its end.
    }
  }

  private static boolean isBracket(int at) {
    return at == '[' || at == 'O';
  }

  private static Optional<Key> key(boolean arrow, int at) {
    if (arrow) {
      return switch (at) {
        case 'C' -> Optional.of(Key.FORWARD);
        case 'D' -> Optional.of(Key.BACK);
        default -> Optional.empty();
      };
    }
    return switch (at) {
      case ' ' -> Optional.of(Key.PAUSE);
      case 'q', 'Q' -> Optional.of(Key.QUIT);
      default -> Optional.empty();
    };
  }
}
