package dev.countermand.containment;

import java.time.Duration;

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
          4);

  /** The pause before a failed credential is tried for the n-th time again, n from 0. */
  Duration again(int n) {
    Duration doubled = again.multipliedBy(1L << Math.min(n, 10));
    return doubled.compareTo(maxAgain) > 0 ? maxAgain : doubled;
  }
}
