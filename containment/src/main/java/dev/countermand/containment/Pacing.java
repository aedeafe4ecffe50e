package dev.countermand.containment;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How patient containment is with providers.
 *
 * @param attempts calls of one step before it is reported as failed
 * @param backOff pause after the first failed call; doubles up to {@code maxBackOff}
 * @param maxBackOff longest pause between two calls, also where a provider asks for more
 * @param probe pause after the first probe that saw no death; grows up to {@code maxBackOff}
 * @param proofDeadline how long probes go on before the step is reported as failed
 * @param again pause before a failed credential is tried again; doubles up to {@code maxAgain}
 * @param maxAgain longest pause before a failed credential is tried again
 * @param look pause before a credential that was proved dead is looked at again; doubles up to
 *     {@code maxLook}
 * @param maxLook longest pause between two such looks
 * @param callsAtOnce most calls to one provider at a time
 */
record Pacing(
    int attempts,
    Duration backOff,
    Duration maxBackOff,
    Duration probe,
    Duration proofDeadline,
    Duration again,
    Duration maxAgain,
    Duration look,
    Duration maxLook,
    int callsAtOnce) {

  static final Pacing DEFAULT =
      new Pacing(
          5,
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofMillis(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          4);

  /** The pause before a failed credential is tried for the n-th time again, n from 0. */
  Duration again(int n) {
    return doubled(again, n, maxAgain);
  }

  /** The pause before a dead credential is looked at for the n-th time again, n from 0. */
  Duration look(int n) {
    return doubled(look, n, maxLook);
  }

  private static Duration doubled(Duration first, int times, Duration longest) {
    Duration doubled = first.multipliedBy(1L << Math.min(times, 10));
    return doubled.compareTo(longest) > 0 ? longest : doubled;
  }

  /** About so long, so that what was begun together does not come together again. */
  static Duration jittered(Duration pause) {
    return Duration.ofMillis(
        (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
  }
}
