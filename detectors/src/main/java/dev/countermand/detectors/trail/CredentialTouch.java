package dev.countermand.detectors.trail;

import dev.countermand.detectors.Text;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One agent seeing or using one credential in one action: what of the action matters to the trail
 * of the credential. Bounded, and without the command.
 *
 * @param fingerprint the credential; the key it is sent under
 * @param others its fingerprints under other keys, which a touch of the same action is sent under
 * @param kind what it looks like
 * @param role seen or used
 * @param actionId the action
 * @param time when it happened, as far as that is believed
 * @param received when the collector received it
 * @param phase attempt or result
 * @param outcome how it ended
 * @param agentId who
 * @param subagentId the sub-agent, where there is one
 * @param sessionId its session
 * @param taskId the task that was open; null for none
 * @param source the collector's source that saw it, which stands for a place
 * @param environment where the agent runs; null when unknown
 * @param file where it was seen; null when unknown
 * @param granted whether the agent's scope covers the credential
 * @param grave whether the action does what cannot be undone, or does it to production
 * @param extra fields of a newer schema, kept as they came
 */
public record CredentialTouch(
    String fingerprint,
    List<String> others,
    String kind,
    CredentialRole role,
    String actionId,
    Instant time,
    Instant received,
    Phase phase,
    Outcome outcome,
    String agentId,
    @Nullable String subagentId,
    String sessionId,
    @Nullable String taskId,
    String source,
    @Nullable String environment,
    @Nullable String file,
    boolean granted,
    boolean grave,
    Extra extra) {

  /** Lists are copied. */
  public CredentialTouch {
    others = List.copyOf(others);
  }

  private static final int MAX_FILE = 256;
  private static final int MAX_NAME = 128;

  private static final DocumentCodec.Builder<CredentialTouch> FIELDS =
      DocumentCodec.builder("credential touch");
  private static final Field<CredentialTouch, String> FINGERPRINT =
      FIELDS.string("fingerprint", CredentialTouch::fingerprint);
  private static final Field<CredentialTouch, List<String>> OTHERS =
      FIELDS.strings("others", CredentialTouch::others);
  private static final Field<CredentialTouch, String> KIND =
      FIELDS.string("kind", CredentialTouch::kind);
  private static final Field<CredentialTouch, CredentialRole> ROLE =
      FIELDS.wire("role", CredentialRole.values(), CredentialTouch::role);
  private static final Field<CredentialTouch, String> ACTION_ID =
      FIELDS.string("action", CredentialTouch::actionId);
  private static final Field<CredentialTouch, Instant> TIME =
      FIELDS.instant("time", CredentialTouch::time);
  private static final Field<CredentialTouch, Instant> RECEIVED =
      FIELDS.instant("received", CredentialTouch::received);
  private static final Field<CredentialTouch, Phase> PHASE =
      FIELDS.wire("phase", Phase.values(), CredentialTouch::phase);
  private static final Field<CredentialTouch, Outcome> OUTCOME =
      FIELDS.wire("outcome", Outcome.values(), CredentialTouch::outcome);
  private static final Field<CredentialTouch, String> AGENT_ID =
      FIELDS.string("agent", CredentialTouch::agentId);
  private static final Field<CredentialTouch, String> SUBAGENT_ID =
      FIELDS.string("subagent", CredentialTouch::subagentId);
  private static final Field<CredentialTouch, String> SESSION_ID =
      FIELDS.string("session", CredentialTouch::sessionId);
  private static final Field<CredentialTouch, String> TASK_ID =
      FIELDS.string("task", CredentialTouch::taskId);
  private static final Field<CredentialTouch, String> SOURCE =
      FIELDS.string("source", CredentialTouch::source);
  private static final Field<CredentialTouch, String> ENVIRONMENT =
      FIELDS.string("environment", CredentialTouch::environment);
  private static final Field<CredentialTouch, String> FILE =
      FIELDS.string("file", CredentialTouch::file);
  private static final Field<CredentialTouch, Boolean> GRANTED =
      FIELDS.bool("granted", CredentialTouch::granted);
  private static final Field<CredentialTouch, Boolean> GRAVE =
      FIELDS.bool("grave", CredentialTouch::grave);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<CredentialTouch> CODEC =
      FIELDS.build(
          v ->
              new CredentialTouch(
                  v.get(FINGERPRINT),
                  v.getOr(OTHERS, List.of()),
                  v.get(KIND),
                  v.get(ROLE),
                  v.get(ACTION_ID),
                  v.get(TIME),
                  v.get(RECEIVED),
                  v.get(PHASE),
                  v.getOr(OUTCOME, Outcome.UNKNOWN),
                  v.get(AGENT_ID),
                  v.find(SUBAGENT_ID),
                  v.get(SESSION_ID),
                  v.find(TASK_ID),
                  v.get(SOURCE),
                  v.find(ENVIRONMENT),
                  v.find(FILE),
                  v.getOr(GRANTED, false),
                  v.getOr(GRAVE, false),
                  v.extra()),
          CredentialTouch::extra);

  /**
   * The touch that one mention in an action is; long text is cut.
   *
   * @param granted whether the agent's scope covers the credential
   * @param grave whether the action does what cannot be undone, or does it to production
   */
  public static CredentialTouch of(
      Action action,
      CredentialMention mention,
      @Nullable String taskId,
      boolean granted,
      boolean grave) {
    return new CredentialTouch(
        mention.fingerprint(),
        List.of(),
        mention.kind(),
        mention.role(),
        action.id(),
        action.believedTime(),
        action.received(),
        action.phase(),
        action.outcome(),
        action.agentId(),
        cut(action.subagentId(), MAX_NAME),
        action.sessionId(),
        taskId,
        Text.line(action.source(), MAX_NAME),
        cut(action.environment(), MAX_NAME),
        cut(mention.file(), MAX_FILE),
        granted,
        grave,
        Extra.NONE);
  }

  /**
   * The same touch as the trail of another of the credential's fingerprints hears of it.
   *
   * @param key the fingerprint
   * @param all those it is sent under
   */
  public CredentialTouch under(String key, List<String> all) {
    return all.size() == 1 && key.equals(fingerprint)
        ? this
        : new CredentialTouch(
            key,
            all.stream().filter(other -> !other.equals(key)).toList(),
            kind,
            role,
            actionId,
            time,
            received,
            phase,
            outcome,
            agentId,
            subagentId,
            sessionId,
            taskId,
            source,
            environment,
            file,
            granted,
            grave,
            extra);
  }

  private static @Nullable String cut(@Nullable String text, int max) {
    return text == null ? null : Text.line(text, max);
  }
}
