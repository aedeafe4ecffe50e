package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a containment plan does to one credential.
 *
 * @param fingerprint the credential
 * @param name what people call it
 * @param provider where it would be taken away; null when nobody knows
 * @param environment what it opens
 * @param rung how far it is taken: what its provider can do of what was ordered
 * @param answer what becomes of this step
 * @param reason why it is part of the plan, and why the answer is what it is
 * @param code what stands in the way, by a code of docs/errors.md; null when nothing does
 * @param breaks what it hits beside the agent, as the provider tells; null when it was not asked
 * @param undo what a release gives back, and what it cannot
 * @param others other agents that have used the credential, some of them when there are very many
 * @param extra fields of a newer schema, kept as they came
 */
public record PlannedStep(
    String fingerprint,
    String name,
    @Nullable String provider,
    String environment,
    Rung rung,
    PlanAnswer answer,
    String reason,
    @Nullable String code,
    @Nullable String breaks,
    String undo,
    List<String> others,
    Extra extra) {

  /** Lists are copied. */
  public PlannedStep {
    others = List.copyOf(others);
  }

  /**
   * The same, with what its provider says of it.
   *
   * @param why code of what stands in the way of the whole of it; null when nothing does
   */
  public PlannedStep told(String hits, @Nullable String why) {
    return new PlannedStep(
        fingerprint,
        name,
        provider,
        environment,
        rung,
        answer,
        reason,
        why,
        hits,
        undo,
        others,
        extra);
  }

  /** The same, waiting for people. */
  public PlannedStep asking(String why) {
    return new PlannedStep(
        fingerprint,
        name,
        provider,
        environment,
        rung,
        PlanAnswer.ASK,
        why,
        code,
        breaks,
        undo,
        others,
        extra);
  }

  /** The same, as far as another rung. */
  public PlannedStep to(Rung other) {
    return new PlannedStep(
        fingerprint,
        name,
        provider,
        environment,
        other,
        answer,
        reason,
        code,
        breaks,
        undo,
        others,
        extra);
  }

  private static final DocumentCodec.Builder<PlannedStep> FIELDS =
      DocumentCodec.builder("PlannedStep");
  private static final Field<PlannedStep, String> FINGERPRINT =
      FIELDS.string("fingerprint", PlannedStep::fingerprint);
  private static final Field<PlannedStep, String> NAME = FIELDS.string("name", PlannedStep::name);
  private static final Field<PlannedStep, String> PROVIDER =
      FIELDS.string("provider", PlannedStep::provider);
  private static final Field<PlannedStep, String> ENVIRONMENT =
      FIELDS.string("environment", PlannedStep::environment);
  private static final Field<PlannedStep, Rung> RUNG =
      FIELDS.wire("rung", Rung.values(), PlannedStep::rung);
  private static final Field<PlannedStep, PlanAnswer> ANSWER =
      FIELDS.wire("answer", PlanAnswer.values(), PlannedStep::answer);
  private static final Field<PlannedStep, String> REASON =
      FIELDS.string("reason", PlannedStep::reason);
  private static final Field<PlannedStep, String> CODE = FIELDS.string("code", PlannedStep::code);
  private static final Field<PlannedStep, String> BREAKS =
      FIELDS.string("breaks", PlannedStep::breaks);
  private static final Field<PlannedStep, String> UNDO = FIELDS.string("undo", PlannedStep::undo);
  private static final Field<PlannedStep, List<String>> OTHERS =
      FIELDS.strings("others", PlannedStep::others);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<PlannedStep> CODEC =
      FIELDS.build(
          v ->
              new PlannedStep(
                  v.get(FINGERPRINT),
                  v.get(NAME),
                  v.find(PROVIDER),
                  v.get(ENVIRONMENT),
                  v.get(RUNG),
                  v.get(ANSWER),
                  v.get(REASON),
                  v.find(CODE),
                  v.find(BREAKS),
                  v.get(UNDO),
                  v.getOr(OTHERS, List.of()),
                  v.extra()),
          PlannedStep::extra);
}
