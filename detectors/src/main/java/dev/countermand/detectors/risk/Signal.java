package dev.countermand.detectors.risk;

import dev.countermand.model.Action;
import dev.countermand.model.Finding;
import dev.countermand.model.Severity;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;

/**
 * What risks and incidents hear of a finding.
 *
 * @param findingId the finding
 * @param actionId the action that completed it
 * @param agentId the agent, for its sub-agents, too
 * @param sessionId the session
 * @param kind the rule that found it
 * @param severity how grave it is
 * @param confidence 0 to 1
 * @param time when, as far as that is believed
 * @param received when the pipeline heard of it
 * @param resource what it is about, to tell findings that say the same from others
 * @param credentials the fingerprints it is about, at most {@value #MAX_CREDENTIALS}
 * @param summary one sentence
 * @param deed what was done or tried in a few words; the name of the rule where that is not known
 * @param gravity how grave the deed is; greater is graver, 0 is not known
 * @param extra fields of a newer schema, kept as they came
 */
public record Signal(
    String findingId,
    String actionId,
    String agentId,
    String sessionId,
    String kind,
    Severity severity,
    double confidence,
    Instant time,
    Instant received,
    String resource,
    List<String> credentials,
    String summary,
    String deed,
    long gravity,
    Extra extra) {
  /** Most credentials of a finding that have a risk of their own. */
  public static final int MAX_CREDENTIALS = 16;

  /** Lists are copied. */
  public Signal {
    credentials = List.copyOf(credentials);
  }

  private static final DocumentCodec.Builder<Signal> FIELDS = DocumentCodec.builder("signal");
  private static final Field<Signal, String> FINDING_ID =
      FIELDS.string("finding", Signal::findingId);
  private static final Field<Signal, String> ACTION_ID = FIELDS.string("action", Signal::actionId);
  private static final Field<Signal, String> AGENT_ID = FIELDS.string("agent", Signal::agentId);
  private static final Field<Signal, String> SESSION_ID =
      FIELDS.string("session", Signal::sessionId);
  private static final Field<Signal, String> KIND = FIELDS.string("kind", Signal::kind);
  private static final Field<Signal, Severity> SEVERITY =
      FIELDS.wire("severity", Severity.values(), Signal::severity);
  private static final Field<Signal, Double> CONFIDENCE =
      FIELDS.number("confidence", Signal::confidence);
  private static final Field<Signal, Instant> TIME = FIELDS.instant("time", Signal::time);
  private static final Field<Signal, Instant> RECEIVED =
      FIELDS.instant("received", Signal::received);
  private static final Field<Signal, String> RESOURCE = FIELDS.string("resource", Signal::resource);
  private static final Field<Signal, List<String>> CREDENTIALS =
      FIELDS.strings("credentials", Signal::credentials);
  private static final Field<Signal, String> SUMMARY = FIELDS.string("summary", Signal::summary);
  private static final Field<Signal, String> DEED = FIELDS.string("deed", Signal::deed);
  private static final Field<Signal, Long> GRAVITY = FIELDS.integer("gravity", Signal::gravity);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Signal> CODEC =
      FIELDS.build(
          v ->
              new Signal(
                  v.get(FINDING_ID),
                  v.get(ACTION_ID),
                  v.get(AGENT_ID),
                  v.get(SESSION_ID),
                  v.get(KIND),
                  v.get(SEVERITY),
                  v.get(CONFIDENCE),
                  v.get(TIME),
                  v.get(RECEIVED),
                  v.get(RESOURCE),
                  v.getOr(CREDENTIALS, List.of()),
                  v.get(SUMMARY),
                  v.getOr(DEED, v.get(KIND)),
                  v.getOr(GRAVITY, 0L),
                  v.extra()),
          Signal::extra);

  /**
   * What is heard of a finding. An agent that writes the times of its actions itself could let its
   * findings decay before they count: one older than {@link Action#BELIEVED} when the pipeline
   * heard of it is taken for that old, and none is of the future.
   *
   * @param received when the pipeline heard of the finding
   */
  public static Signal of(Finding finding, Instant received) {
    Instant earliest = received.minus(Action.BELIEVED);
    Instant time = finding.time().isAfter(received) ? received : finding.time();
    List<String> about =
        finding.resources().isEmpty() ? finding.credentials() : finding.resources();
    return new Signal(
        finding.id(),
        finding.actionId(),
        finding.agentId(),
        finding.sessionId(),
        finding.ruleId(),
        finding.severity(),
        finding.confidence(),
        time.isBefore(earliest) ? earliest : time,
        received,
        String.join("\n", about),
        // Keyed, so that nobody can foresee which of too many are left out.
        finding.credentials().stream().distinct().sorted().limit(MAX_CREDENTIALS).toList(),
        finding.summary(),
        finding.deed() == null ? finding.ruleName() : finding.deed(),
        finding.gravity(),
        Extra.NONE);
  }

  /** What it weighs while it is new, 0 to 1: severity, of 100, times confidence. */
  public double weight() {
    return severity.score() / 100.0 * Math.max(0, Math.min(1, confidence));
  }
}
