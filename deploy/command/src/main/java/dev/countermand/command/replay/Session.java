package dev.countermand.command.replay;

import dev.countermand.command.replay.Keys.Key;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;

/** A player and who presses its keys, until the end of history or of patience. */
public final class Session {
  /** How far an arrow goes. */
  public static final Duration STRIDE = Duration.ofSeconds(10);

  private final Player player;
  private final Keys keys;
  private final boolean canGoBack;
  private final Consumer<String> told;

  /**
   * Begins nothing yet.
   *
   * @param canGoBack whether what was played may be played again
   * @param told hears where the player stands after each key
   */
  public Session(Player player, Keys keys, boolean canGoBack, Consumer<String> told) {
    this.player = player;
    this.keys = keys;
    this.canGoBack = canGoBack;
    this.told = told;
  }

  /** Plays to the end; false when it was quit before. */
  public boolean run() {
    try {
      for (Optional<Duration> wait = player.advance(); wait.isPresent(); wait = player.advance()) {
        Optional<Key> key = keys.await(wait.get());
        if (key.isPresent() && !press(key.get())) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "The replay was told to stop.", e);
    }
  }

  /** Does what a key says; false when it says to end. */
  boolean press(Key key) {
    switch (key) {
      case PAUSE -> {
        if (player.isPaused()) {
          player.resume();
        } else {
          player.pause();
        }
      }
      case FORWARD -> {
        if (player.isPaused()) {
          player.step();
        } else {
          player.seek(STRIDE);
        }
      }
      case BACK -> {
        if (!canGoBack) {
          told.accept("What is on a topic cannot be taken back: a replay to a topic only goes on.");
          return true;
        }
        player.seek(STRIDE.negated());
      }
      case QUIT -> {
        return false;
      }
    }
    told.accept(
        (player.isPaused() ? "Paused at " : "Playing from ")
            + player.position().truncatedTo(ChronoUnit.MILLIS)
            + ", "
            + player.played()
            + " records so far.");
    return true;
  }
}
