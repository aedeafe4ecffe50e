package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How likely it is, by all that was found of a subject, that something is wrong with it. Findings
 * of different kinds are taken for independent evidence and combined by a noisy-or (J. Pearl,
 * Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2); of one kind only the
 * strongest counts.
 *
 * @param id of this state of the subject; the same again on a replay
 * @param time of the newest finding in it
 * @param kind whose risk it is
 * @param subject the key of the topic, for instance {@code agent:billing-coder}
 * @param agentId the agent, of agents and sessions
 * @param sessionId the session, of sessions
 * @param score 0 to 100 at {@code time}
 * @param answer what the thresholds make of it at {@code time}: {@code notify}, {@code ask} or
 *     {@code contain}; null below all of them
 * @param halfLifeSeconds after how long a finding weighs half
 * @param contributions one for each kind, by the names of the kinds
 * @param extra fields of a newer schema, kept as they came
 */
public record Risk(
    String id,
    Instant time,
    RiskSubject kind,
    String subject,
    @Nullable String agentId,
    @Nullable String sessionId,
    double score,
    @Nullable Recommendation answer,
    long halfLifeSeconds,
    List<RiskContribution> contributions,
    Extra extra) {

  /** Lists are copied. */
  public Risk {
    contributions = List.copyOf(contributions);
  }

  private static final DocumentCodec.Builder<Risk> FIELDS = DocumentCodec.builder("Risk");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "enrichment");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.risk");
    FIELDS.constant("event.category", List.of("intrusion_detection"));
  }

  private static final Field<Risk, String> ID = FIELDS.string("event.id", Risk::id);
  private static final Field<Risk, Instant> TIME = FIELDS.instant("@timestamp", Risk::time);
  private static final Field<Risk, RiskSubject> KIND =
      FIELDS.wire("countermand.risk.kind", RiskSubject.values(), Risk::kind);
  private static final Field<Risk, String> SUBJECT =
      FIELDS.string("countermand.risk.subject", Risk::subject);
  private static final Field<Risk, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Risk::agentId);
  private static final Field<Risk, String> SESSION_ID =
      FIELDS.string("countermand.session.id", Risk::sessionId);
  private static final Field<Risk, Double> SCORE = FIELDS.number("event.risk_score", Risk::score);
  private static final Field<Risk, Recommendation> ANSWER =
      FIELDS.wire("countermand.risk.answer", Recommendation.values(), Risk::answer);
  private static final Field<Risk, Long> HALF_LIFE =
      FIELDS.integer("countermand.risk.half_life_seconds", Risk::halfLifeSeconds);
  private static final Field<Risk, List<RiskContribution>> CONTRIBUTIONS =
      FIELDS.list("countermand.risk.contributions", RiskContribution.CODEC, Risk::contributions);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Risk> CODEC =
      FIELDS.build(
          v ->
              new Risk(
                  v.get(ID),
                  v.get(TIME),
                  v.get(KIND),
                  v.get(SUBJECT),
                  v.find(AGENT_ID),
                  v.find(SESSION_ID),
                  v.get(SCORE),
                  v.find(ANSWER),
                  v.get(HALF_LIFE),
                  v.getOr(CONTRIBUTIONS, List.of()),
                  v.extra()),
          Risk::extra);

  /** The score at an instant, 0 to 100: that of {@code time} before it, and less from there on. */
  public double scoreAt(Instant at) {
    Instant when = at.isBefore(time) ? time : at;
    return score(contributions, when, Duration.ofSeconds(halfLifeSeconds));
  }

  /** The same risk as it is at an instant, with what the thresholds make of it then. */
  public Risk at(Instant when, @Nullable Recommendation then) {
    return new Risk(
        id,
        when,
        kind,
        subject,
        agentId,
        sessionId,
        scoreAt(when),
        then,
        halfLifeSeconds,
        contributions,
        extra);
  }

  /** 0 to 100: the noisy-or of what each kind still weighs at an instant, in this order. */
  public static double score(List<RiskContribution> kinds, Instant at, Duration halfLife) {
    double nothingIsWrong = 1;
    for (RiskContribution kind : kinds) {
      nothingIsWrong *= 1 - kind.weightAt(at, halfLife);
    }
    return 100 * (1 - nothingIsWrong);
  }
}
