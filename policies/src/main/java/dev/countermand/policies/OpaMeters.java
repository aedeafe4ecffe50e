package dev.countermand.policies;

import dev.countermand.model.Wire;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is counted of the requests to OPA; every series is there from the start. Thread-safe. */
final class OpaMeters {
  private static final String ENGINE = "engine";
  private static final String OPA = "opa";

  /** What became of a request. */
  enum Outcome implements Wire {
    /** OPA decided. */
    ANSWERED,
    /** OPA has no decision for this input, or no such policy. */
    UNDEFINED,
    /** No whole answer came within the deadline. */
    TIMEOUT,
    /** No connection, another status than 200, or an answer that is no decision. */
    ERROR,
    /** OPA was not asked, because it had not answered before. */
    SKIPPED
  }

  private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);
  private final Counter fallbacks;
  private final Counter pauses;
  private final Timer time;

  OpaMeters(MeterRegistry meters) {
    for (Outcome outcome : Outcome.values()) {
      requests.put(
          outcome,
          Counter.builder("countermand.policy.requests")
              .description("questions for a policy engine, by what became of them")
              .tag(ENGINE, OPA)
              .tag("outcome", outcome.wireName())
              .register(meters));
    }
    this.fallbacks =
        Counter.builder("countermand.policy.fallbacks")
            .description("questions that the policy engine did not decide and the fallback did")
            .tag(ENGINE, OPA)
            .register(meters);
    this.pauses =
        Counter.builder("countermand.policy.pauses")
            .description("times the policy engine was no longer asked for a while")
            .tag(ENGINE, OPA)
            .register(meters);
    this.time =
        Timer.builder("countermand.policy.time")
            .description("time of one request to the policy engine, failed ones included")
            .tag(ENGINE, OPA)
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(meters);
  }

  void count(Outcome outcome) {
    Counter counter = requests.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  void fellBack() {
    fallbacks.increment();
  }

  void paused() {
    pauses.increment();
  }

  void took(long nanos) {
    time.record(nanos, TimeUnit.NANOSECONDS);
  }
}
