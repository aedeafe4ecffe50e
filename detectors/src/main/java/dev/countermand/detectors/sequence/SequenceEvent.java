package dev.countermand.detectors.sequence;

import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sequence hears of a finding. Bounded, and without what the finding says.
 *
 * @param findingId the finding
 * @param actionId the action it is about
 * @param agentId the agent
 * @param sessionId its session
 * @param taskId the task that was open; null for none
 * @param rule the rule that found it
 * @param recommendation what it asks for
 * @param time when, as far as that is believed
 * @param received when the pipeline heard of it
 * @param credentials the fingerprints it is about, at most {@value #MAX_CREDENTIALS}
 * @param extra fields of a newer schema, kept as they came
 */
public record SequenceEvent(
    String findingId,
    String actionId,
    String agentId,
    String sessionId,
    @Nullable String taskId,
    String rule,
    Recommendation recommendation,
    Instant time,
    Instant received,
    List<String> credentials,
    Extra extra) {

  /** Most credentials of a finding that are named, and whose owners are groups. */
  public static final int MAX_CREDENTIALS = 8;

  /** Lists are copied. */
  public SequenceEvent {
    credentials = List.copyOf(credentials);
  }

  private static final DocumentCodec.Builder<SequenceEvent> FIELDS =
      DocumentCodec.builder("sequence event");
  private static final Field<SequenceEvent, String> FINDING_ID =
      FIELDS.string("finding", SequenceEvent::findingId);
  private static final Field<SequenceEvent, String> ACTION_ID =
      FIELDS.string("action", SequenceEvent::actionId);
  private static final Field<SequenceEvent, String> AGENT_ID =
      FIELDS.string("agent", SequenceEvent::agentId);
  private static final Field<SequenceEvent, String> SESSION_ID =
      FIELDS.string("session", SequenceEvent::sessionId);
  private static final Field<SequenceEvent, String> TASK_ID =
      FIELDS.string("task", SequenceEvent::taskId);
  private static final Field<SequenceEvent, String> RULE =
      FIELDS.string("rule", SequenceEvent::rule);
  private static final Field<SequenceEvent, Recommendation> RECOMMENDATION =
      FIELDS.wire("recommendation", Recommendation.values(), SequenceEvent::recommendation);
  private static final Field<SequenceEvent, Instant> TIME =
      FIELDS.instant("time", SequenceEvent::time);
  private static final Field<SequenceEvent, Instant> RECEIVED =
      FIELDS.instant("received", SequenceEvent::received);
  private static final Field<SequenceEvent, List<String>> CREDENTIALS =
      FIELDS.strings("credentials", SequenceEvent::credentials);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<SequenceEvent> CODEC =
      FIELDS.build(
          v ->
              new SequenceEvent(
                  v.get(FINDING_ID),
                  v.get(ACTION_ID),
                  v.get(AGENT_ID),
                  v.get(SESSION_ID),
                  v.find(TASK_ID),
                  v.get(RULE),
                  v.get(RECOMMENDATION),
                  v.get(TIME),
                  v.get(RECEIVED),
                  v.getOr(CREDENTIALS, List.of()),
                  v.extra()),
          SequenceEvent::extra);

  /**
   * What is heard of a finding; its time is believed as that of a {@link Signal} is.
   *
   * @param received when the pipeline heard of the finding
   */
  public static SequenceEvent of(Finding finding, Instant received) {
    return new SequenceEvent(
        finding.id(),
        finding.actionId(),
        finding.agentId(),
        finding.sessionId(),
        finding.taskId(),
        finding.ruleId(),
        finding.recommendation(),
        Signal.of(finding, received).time(),
        received,
        named(finding),
        Extra.NONE);
  }

  /** Of many the first by fingerprint, which is keyed: nobody can foresee which are left out. */
  static List<String> named(Finding finding) {
    return finding.credentials().stream().distinct().sorted().limit(MAX_CREDENTIALS).toList();
  }
}
