package dev.countermand.testkit;

import dev.countermand.model.Incident;
import dev.countermand.model.IncidentCounts;
import dev.countermand.model.IncidentKind;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident for a test that says only what the test is about: an open one of {@code agent},
 * critical, with one finding of the rule {@code destructive}. Not safe for several threads.
 */
public final class IncidentSample {
  private final String id;
  private final Instant first;
  private Instant last;
  private IncidentStatus status = IncidentStatus.OPEN;
  private String agent = "agent";
  private String summary = "The agent destroyed the volume vol-1.";
  private @Nullable Instant containedAt;
  private @Nullable Instant closedAt;
  private IncidentCounts counts = new IncidentCounts(1, 1, 0, 0, Extra.NONE);
  private List<String> findings = List.of();
  private List<String> credentials = List.of();

  private IncidentSample(String id, Instant first) {
    this.id = id;
    this.first = first;
    this.last = first;
  }

  /** One whose only finding was at an instant. */
  public static IncidentSample of(String id, Instant first) {
    return new IncidentSample(id, first);
  }

  /** When the latest finding was. */
  public IncidentSample last(Instant its) {
    last = its;
    return this;
  }

  public IncidentSample agent(String its) {
    agent = its;
    return this;
  }

  public IncidentSample summary(String its) {
    summary = its;
    return this;
  }

  /** Its agent is contained since then. */
  public IncidentSample contained(Instant since) {
    status = IncidentStatus.CONTAINED;
    containedAt = since;
    return this;
  }

  /** It was closed then. */
  public IncidentSample closed(Instant then) {
    status = IncidentStatus.CLOSED;
    closedAt = then;
    return this;
  }

  /** How many of its findings were alerts, and how many were kept back. */
  public IncidentSample counts(long alerts, long suppressed) {
    counts = new IncidentCounts(alerts + suppressed, alerts, 0, suppressed, Extra.NONE);
    return this;
  }

  public IncidentSample findings(String... ids) {
    findings = List.of(ids);
    return this;
  }

  public IncidentSample credentials(String... fingerprints) {
    credentials = List.of(fingerprints);
    return this;
  }

  public Incident build() {
    return new Incident(
        id,
        id + ":1",
        containedAt == null || containedAt.isBefore(last) ? last : containedAt,
        status,
        agent,
        agent + ": destroyed volume vol-1",
        81,
        first,
        summary,
        Severity.CRITICAL,
        97.26,
        first,
        last,
        containedAt,
        closedAt,
        counts,
        List.of(new IncidentKind("destructive", Severity.CRITICAL, 1, first, Extra.NONE)),
        findings,
        credentials,
        Extra.NONE);
  }
}
