package dev.countermand.collectors.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of records that neither Kafka nor the disk took, and says what the log is to say of
 * them: once when it begins, once a minute with a count, and once when it is over. One thread tells
 * it; any may ask for {@link #now}.
 */
final class Losses {
  private static final Duration SAID_EVERY = Duration.ofMinutes(1);

  /** A full disk still takes a small record now and then; that is not the end of it. */
  private static final Duration OVER_AFTER = Duration.ofSeconds(10);

  private final InstantSource clock;
  private volatile @Nullable Loss current;
  private Instant said = Instant.MIN;

  Losses(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Notes records that were lost.
   *
   * @param why a sentence that says what to do
   * @return what the log is to say, if anything
   */
  Optional<String> lost(String code, String why, int records) {
    Instant time = clock.instant();
    Loss before = current;
    Loss after =
        before == null
            ? new Loss(code, why, time, time, records)
            : new Loss(code, why, before.since(), time, before.records() + records);
    current = after;
    if (before != null && time.isBefore(said.plus(SAID_EVERY))) {
      return Optional.empty();
    }
    said = time;
    return Optional.of(
        before == null
            ? "Records are lost from now on: Kafka is away and the disk takes none. " + why
            : after.records() + " record(s) were lost since " + after.since() + ". " + why);
  }

  /** Notes that the disk took what it was given; what the log is to say, if anything. */
  Optional<String> onDisk() {
    Loss loss = current;
    return loss == null || clock.instant().isBefore(loss.last().plus(OVER_AFTER))
        ? Optional.empty()
        : over(loss);
  }

  /** Notes that Kafka takes records again; what the log is to say, if anything. */
  Optional<String> onKafka() {
    Loss loss = current;
    return loss == null ? Optional.empty() : over(loss);
  }

  private Optional<String> over(Loss loss) {
    current = null;
    return Optional.of(
        "Records are kept again. "
            + loss.records()
            + " were lost between "
            + loss.since()
            + " and "
            + loss.last()
            + ", for "
            + loss.code());
  }

  /** What is being lost; empty while all is kept. */
  Optional<Loss> now() {
    return Optional.ofNullable(current);
  }
}
