package dev.countermand.detectors.risk;

import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Signals for tests. */
public final class Signals {
  public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private Signals() {}

  /** A signal of the agent {@code coder}. */
  public static Signal of(
      String id, String kind, Severity severity, double confidence, Instant time, String resource) {
    return new Signal(
        id,
        "action-of-" + id,
        "coder",
        "session",
        kind,
        severity,
        confidence,
        time,
        time,
        resource,
        List.of(),
        "What " + id + " says.",
        "A rule",
        0,
        Extra.NONE);
  }

  /** Another signal that differs in how grave it is. */
  public static Signal graver(Signal one, Severity severity) {
    return of(one.findingId(), one.kind(), severity, one.confidence(), one.time(), one.resource());
  }

  /** Another signal that differs in the deed that it tells. */
  public static Signal doing(Signal one, String deed, long gravity) {
    return new Signal(
        one.findingId(),
        one.actionId(),
        one.agentId(),
        one.sessionId(),
        one.kind(),
        one.severity(),
        one.confidence(),
        one.time(),
        one.received(),
        one.resource(),
        one.credentials(),
        one.summary(),
        deed,
        gravity,
        one.extra());
  }

  /** Signals of a few kinds about a few things within two days. */
  public static Arbitrary<Signal> any() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 999),
            Arbitraries.of("destructive", "credential-scope", "agent-guard", "sudden-deletes"),
            Arbitraries.of(Severity.values()),
            Arbitraries.doubles().between(0, 1),
            Arbitraries.integers().between(0, 48 * 3_600),
            Arbitraries.of("volume:a@production", "file:b@local", ""))
        .as(
            (id, kind, severity, confidence, second, resource) ->
                of(
                    "f-" + id + "-" + kind + "-" + second,
                    kind,
                    severity,
                    confidence,
                    NOON.plusSeconds(second),
                    resource));
  }
}
