package dev.countermand.model;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import dev.countermand.model.json.FieldType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something a detector found, with its evidence.
 *
 * @param id the id of the action, a colon and the id of the rule: the same again on a replay
 * @param time the time of the action
 * @param actionId the action that completed it
 * @param relatedActions the ids of earlier actions it rests on
 * @param agentId the agent; the key of the topic
 * @param sessionId the session of the agent
 * @param taskId the task that was open
 * @param ruleId the detector
 * @param ruleName the detector in words
 * @param summary one sentence for a person
 * @param deed the worst that its action did or tried, in a few words; null where it is not known
 * @param gravity how grave the deed is, by which deeds are compared; greater is graver, 0 is not
 *     known
 * @param because the evidence, a line each
 * @param severity how grave it is
 * @param confidence 0 to 1
 * @param recommendation what it asks for
 * @param credentials the fingerprints of the credentials it is about
 * @param resources what the action acts on, {@code type:id@environment} each; of very many the
 *     first
 * @param techniques MITRE ATT&CK techniques
 * @param extra fields of a newer schema, kept as they came
 */
public record Finding(
    String id,
    Instant time,
    String actionId,
    List<String> relatedActions,
    String agentId,
    String sessionId,
    @Nullable String taskId,
    String ruleId,
    String ruleName,
    String summary,
    @Nullable String deed,
    long gravity,
    List<String> because,
    Severity severity,
    double confidence,
    Recommendation recommendation,
    List<String> credentials,
    List<String> resources,
    List<String> techniques,
    Extra extra) {

  /** What the ids of rules begin with that are about containment, not about what an agent did. */
  public static final String CONTAINMENT = "containment-";

  /** Lists and maps are copied. */
  public Finding {
    relatedActions = List.copyOf(relatedActions);
    because = List.copyOf(because);
    credentials = List.copyOf(credentials);
    resources = List.copyOf(resources);
    techniques = List.copyOf(techniques);
  }

  /** Whether it tells of containment, so that it is no evidence against the agent. */
  public boolean isAboutContainment() {
    return ruleId.startsWith(CONTAINMENT);
  }

  private static final DocumentCodec.Builder<Finding> FIELDS = DocumentCodec.builder("Finding");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "alert");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.finding");
    FIELDS.constant("event.category", List.of("intrusion_detection"));
    FIELDS.derived(
        "event.severity", FieldType.LONG, finding -> IntNode.valueOf(finding.severity().score()));
  }

  private static final Field<Finding, String> ID = FIELDS.string("event.id", Finding::id);
  private static final Field<Finding, Instant> TIME = FIELDS.instant("@timestamp", Finding::time);
  private static final Field<Finding, String> ACTION_ID =
      FIELDS.string("countermand.finding.action_id", Finding::actionId);
  private static final Field<Finding, List<String>> RELATED_ACTIONS =
      FIELDS.strings("countermand.finding.related_actions", Finding::relatedActions);
  private static final Field<Finding, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Finding::agentId);
  private static final Field<Finding, String> SESSION_ID =
      FIELDS.string("countermand.session.id", Finding::sessionId);
  private static final Field<Finding, String> TASK_ID =
      FIELDS.string("countermand.task.id", Finding::taskId);
  private static final Field<Finding, String> RULE_ID = FIELDS.string("rule.id", Finding::ruleId);
  private static final Field<Finding, String> RULE_NAME =
      FIELDS.string("rule.name", Finding::ruleName);
  private static final Field<Finding, String> SUMMARY = FIELDS.string("message", Finding::summary);
  private static final Field<Finding, String> DEED =
      FIELDS.string("countermand.finding.deed", Finding::deed);
  private static final Field<Finding, Long> GRAVITY =
      FIELDS.integer("countermand.finding.gravity", Finding::gravity);
  private static final Field<Finding, List<String>> BECAUSE =
      FIELDS.strings("countermand.finding.because", Finding::because);
  private static final Field<Finding, Severity> SEVERITY =
      FIELDS.wire("countermand.finding.severity", Severity.values(), Finding::severity);
  private static final Field<Finding, Double> CONFIDENCE =
      FIELDS.number("countermand.finding.confidence", Finding::confidence);
  private static final Field<Finding, Recommendation> RECOMMENDATION =
      FIELDS.wire(
          "countermand.finding.recommendation", Recommendation.values(), Finding::recommendation);
  private static final Field<Finding, List<String>> CREDENTIALS =
      FIELDS.strings("countermand.finding.credentials", Finding::credentials);
  private static final Field<Finding, List<String>> RESOURCES =
      FIELDS.strings("countermand.finding.resources", Finding::resources);
  private static final Field<Finding, List<String>> TECHNIQUES =
      FIELDS.strings("threat.technique.id", Finding::techniques);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Finding> CODEC =
      FIELDS.build(
          v ->
              new Finding(
                  v.get(ID),
                  v.get(TIME),
                  v.get(ACTION_ID),
                  v.getOr(RELATED_ACTIONS, List.of()),
                  v.get(AGENT_ID),
                  v.get(SESSION_ID),
                  v.find(TASK_ID),
                  v.get(RULE_ID),
                  v.get(RULE_NAME),
                  v.get(SUMMARY),
                  v.find(DEED),
                  // Those of an earlier version had none.
                  v.getOr(GRAVITY, 0L),
                  v.getOr(BECAUSE, List.of()),
                  v.get(SEVERITY),
                  v.get(CONFIDENCE),
                  v.get(RECOMMENDATION),
                  v.getOr(CREDENTIALS, List.of()),
                  v.getOr(RESOURCES, List.of()),
                  v.getOr(TECHNIQUES, List.of()),
                  v.extra()),
          Finding::extra);
}
