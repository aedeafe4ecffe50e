package dev.countermand.streams;

import dev.countermand.model.DeadLetter;
import java.util.List;

/**
 * A record after one step of the topology: what the step made of it, or why it could not.
 *
 * @param <T> what the step makes
 */
sealed interface Processed<T> {

  /** What was made, at most one. */
  List<T> values();

  /** Why nothing was made, at most one. */
  List<DeadLetter> letters();

  /** The step succeeded. */
  record Good<T>(T value) implements Processed<T> {
    @Override
    public List<T> values() {
      return List.of(value);
    }

    @Override
    public List<DeadLetter> letters() {
      return List.of();
    }
  }

  /** The step refused the record. */
  record Refused<T>(DeadLetter letter) implements Processed<T> {
    @Override
    public List<T> values() {
      return List.of();
    }

    @Override
    public List<DeadLetter> letters() {
      return List.of(letter);
    }
  }
}
