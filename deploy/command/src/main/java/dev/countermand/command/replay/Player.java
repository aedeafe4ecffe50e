package dev.countermand.command.replay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Plays history at a speed. It never waits itself: it plays what is due by its clock and says when
 * to ask again. The first record is due at once, however long after the beginning it happened. For
 * one thread.
 */
public final class Player implements AutoCloseable {
  /** What a paused player says: until somebody does something. */
  public static final Duration UNTIL_TOLD = Duration.ofDays(365);

  /** Played at most before keys are looked at. */
  private static final int AT_ONCE = 1_000;

  private final History history;
  private final Speed speed;
  private final InstantSource clock;
  private final Consumer<Moment> stage;

  private History.Tape tape;
  private @Nullable Moment head;
  private boolean begun;
  private boolean paused;
  private Instant past;
  private Instant since;
  private long played;

  /**
   * Opens history at its beginning.
   *
   * @param stage where records are played
   */
  public Player(History history, Speed speed, InstantSource clock, Consumer<Moment> stage) {
    this.history = history;
    this.speed = speed;
    this.clock = clock;
    this.stage = stage;
    this.tape = history.from(history.from());
    this.past = history.from();
    this.since = clock.instant();
  }

  /**
   * Plays what is due.
   *
   * @return how long until the next record is; empty at the end
   */
  public Optional<Duration> advance() {
    if (paused) {
      return Optional.of(UNTIL_TOLD);
    }
    Moment next = head();
    for (int i = 0; i < AT_ONCE && next != null && isDue(next); i++) {
      play(next);
      next = head();
    }
    if (next == null) {
      return Optional.empty();
    }
    return Optional.of(isDue(next) ? Duration.ZERO : until(next));
  }

  /** Stops the clock of history. */
  public void pause() {
    anchor(position());
    paused = true;
  }

  /** Lets it go on from where it stands. */
  public void resume() {
    anchor(past);
    paused = false;
  }

  public boolean isPaused() {
    return paused;
  }

  /** Plays the next record, whenever it is due, and pauses there; false at the end. */
  public boolean step() {
    Moment next = head();
    if (next == null) {
      return false;
    }
    anchor(next.time());
    paused = true;
    play(next);
    return true;
  }

  /**
   * Goes forwards or, where negative, backwards. What lies between is not played; after a way back
   * it is played again.
   */
  public void seek(Duration by) {
    Moment next = head();
    Instant target = position().plus(by);
    target = target.isBefore(history.from()) ? history.from() : target;
    if (by.isNegative()) {
      tape.close();
      tape = history.from(target);
      head = null;
      next = head();
    }
    while (next != null && next.time().isBefore(target)) {
      head = null;
      next = head();
    }
    anchor(target);
  }

  /** The moment of history that it is at. */
  public Instant position() {
    if (paused || speed.isMax() || !begun) {
      return past;
    }
    Duration passed = Duration.between(since, clock.instant());
    return past.plusNanos((long) (passed.toNanos() * speed.factor()));
  }

  /** How many records were played. */
  public long played() {
    return played;
  }

  private void anchor(Instant moment) {
    begun = true;
    past = moment;
    since = clock.instant();
  }

  private @Nullable Moment head() {
    if (head == null) {
      head = tape.next();
      if (!begun && head != null) {
        anchor(head.time());
      }
    }
    return head;
  }

  private boolean isDue(Moment next) {
    return speed.isMax() || !next.time().isAfter(position());
  }

  private Duration until(Moment next) {
    double nanos = Duration.between(position(), next.time()).toNanos() / speed.factor();
    // Rounded up: asked again too early it would not be due.
    return Duration.ofNanos((long) Math.ceil(Math.min(nanos, UNTIL_TOLD.toNanos())));
  }

  private void play(Moment next) {
    stage.accept(next);
    played++;
    head = null;
    if (speed.isMax()) {
      anchor(next.time());
    }
  }

  @Override
  public void close() {
    tape.close();
  }
}
