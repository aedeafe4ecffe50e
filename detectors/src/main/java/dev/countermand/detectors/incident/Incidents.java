package dev.countermand.detectors.incident;

import dev.countermand.detectors.Text;
import dev.countermand.detectors.incident.AlertGate.Passage;
import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentCounts;
import dev.countermand.model.IncidentKind;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an incident changes. It stays bounded by {@value #MAX_KINDS} kinds, {@value #MAX_FINDINGS}
 * findings and {@value #MAX_CREDENTIALS} credentials; what is beyond is counted.
 */
final class Incidents {
  static final int MAX_KINDS = 64;
  static final int MAX_FINDINGS = 100;
  static final int MAX_CREDENTIALS = 64;
  private static final int MAX_AGENT = 80;

  /** What findings are counted as that are of none of the kinds that are kept. */
  static final String OTHER = "other";

  private Incidents() {}

  /** Whether an incident has no finding of this kind, and room for it. */
  static boolean isNews(Incident incident, Signal signal) {
    return incident.kinds().size() < MAX_KINDS
        && incident.kinds().stream().noneMatch(one -> one.kind().equals(signal.kind()));
  }

  /** The incident with one more finding; its status stays. */
  static Incident with(Incident incident, Signal signal, Passage passage, double risk) {
    boolean isGraver = signal.severity().compareTo(incident.severity()) > 0;
    boolean isTold = saysMore(incident, signal);
    IncidentCounts counts = incident.counts();
    return new Incident(
        incident.id(),
        incident.change(),
        later(incident.time(), signal.time()),
        incident.status(),
        incident.agentId(),
        isTold ? title(signal) : incident.title(),
        isTold ? signal.gravity() : incident.gravity(),
        isTold ? signal.time() : incident.told(),
        isGraver ? signal.summary() : incident.summary(),
        incident.severity().or(signal.severity()),
        Math.max(incident.risk(), risk),
        signal.time().isBefore(incident.first()) ? signal.time() : incident.first(),
        later(incident.last(), signal.time()),
        incident.containedAt(),
        incident.closedAt(),
        new IncidentCounts(
            counts.findings() + 1,
            counts.alerts() + (passage == Passage.ALERT ? 1 : 0),
            counts.repeated() + (passage == Passage.REPEATED ? 1 : 0),
            counts.suppressed() + (passage == Passage.SUPPRESSED ? 1 : 0),
            counts.extra()),
        kinds(incident, signal),
        first(incident.findings(), List.of(signal.findingId()), MAX_FINDINGS),
        first(incident.credentials(), signal.credentials(), MAX_CREDENTIALS),
        incident.extra());
  }

  /**
   * The incident in a status. Its time follows from it, so that it does not depend on what it was
   * before.
   */
  static Incident as(
      Incident incident,
      IncidentStatus status,
      @Nullable Instant containedAt,
      @Nullable Instant closedAt) {
    Instant time = incident.last();
    if (closedAt != null) {
      time = later(time, closedAt);
    } else if (containedAt != null) {
      time = later(time, containedAt);
    }
    return new Incident(
        incident.id(),
        incident.change(),
        time,
        status,
        incident.agentId(),
        incident.title(),
        incident.gravity(),
        incident.told(),
        incident.summary(),
        incident.severity(),
        incident.risk(),
        incident.first(),
        incident.last(),
        containedAt,
        closedAt,
        incident.counts(),
        incident.kinds(),
        incident.findings(),
        incident.credentials(),
        incident.extra());
  }

  /** The incident after so many changes. */
  static Incident numbered(Incident incident, long number) {
    return new Incident(
        incident.id(),
        incident.id() + ":" + number,
        incident.time(),
        incident.status(),
        incident.agentId(),
        incident.title(),
        incident.gravity(),
        incident.told(),
        incident.summary(),
        incident.severity(),
        incident.risk(),
        incident.first(),
        incident.last(),
        incident.containedAt(),
        incident.closedAt(),
        incident.counts(),
        incident.kinds(),
        incident.findings(),
        incident.credentials(),
        incident.extra());
  }

  /** What an incident is called by one of its findings. */
  static String title(Signal signal) {
    return Text.line(signal.agentId(), MAX_AGENT) + ": " + signal.deed();
  }

  /**
   * Whether the title should be of this finding: of the gravest, of these of the gravest deed, of
   * these of the earliest. Nothing of it is read from words, which an agent may have typed, but for
   * an order between two of the same instant; so it does not depend on which came first.
   */
  private static boolean saysMore(Incident incident, Signal signal) {
    int severity = signal.severity().compareTo(incident.severity());
    if (severity != 0) {
      return severity > 0;
    }
    int gravity = Long.compare(signal.gravity(), incident.gravity());
    if (gravity != 0) {
      return gravity > 0;
    }
    int earlier = incident.told().compareTo(signal.time());
    return earlier != 0 ? earlier > 0 : title(signal).compareTo(incident.title()) < 0;
  }

  private static List<IncidentKind> kinds(Incident incident, Signal signal) {
    boolean isKept =
        isNews(incident, signal)
            || incident.kinds().stream().anyMatch(one -> one.kind().equals(signal.kind()));
    String kind = isKept ? signal.kind() : OTHER;
    List<IncidentKind> next = new ArrayList<>();
    IncidentKind now = new IncidentKind(kind, Severity.NONE, 0, signal.time(), Extra.NONE);
    for (IncidentKind one : incident.kinds()) {
      if (one.kind().equals(kind)) {
        now = one;
      } else {
        next.add(one);
      }
    }
    next.add(
        new IncidentKind(
            kind,
            now.severity().or(signal.severity()),
            now.findings() + 1,
            later(now.last(), signal.time()),
            now.extra()));
    return next;
  }

  private static List<String> first(List<String> known, List<String> more, int most) {
    return known.size() >= most || known.containsAll(more)
        ? known
        : Stream.concat(known.stream(), more.stream()).distinct().limit(most).toList();
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
