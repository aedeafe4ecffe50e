package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change that a person, or the configuration, made to what agents may do. The topic of tasks
 * keeps the last grant of each agent; these events tell how it came to be.
 *
 * @param id a UUID version 7
 * @param time when it was changed
 * @param operation what was done, for instance {@code task-open}
 * @param actor who did it
 * @param via by which way: {@code cli}, {@code api}, {@code session-start}
 * @param agentId the agent it is about; null for none
 * @param subject what was changed, by id or name
 * @param before what held before, in one line; null for nothing
 * @param after what holds now, in one line; null for nothing
 * @param extra fields of a newer schema, kept as they came
 */
public record AuditEvent(
    String id,
    Instant time,
    String operation,
    String actor,
    String via,
    @Nullable String agentId,
    String subject,
    @Nullable String before,
    @Nullable String after,
    Extra extra) {

  /** Longest description of a grant, in characters. */
  public static final int MAX_LINE = 2_000;

  private static final DocumentCodec.Builder<AuditEvent> FIELDS =
      DocumentCodec.builder("AuditEvent");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.audit");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<AuditEvent, String> ID = FIELDS.string("event.id", AuditEvent::id);
  private static final Field<AuditEvent, Instant> TIME =
      FIELDS.instant("@timestamp", AuditEvent::time);
  private static final Field<AuditEvent, String> OPERATION =
      FIELDS.string("event.action", AuditEvent::operation);
  private static final Field<AuditEvent, String> ACTOR =
      FIELDS.string("user.name", AuditEvent::actor);
  private static final Field<AuditEvent, String> VIA =
      FIELDS.string("countermand.audit.via", AuditEvent::via);
  private static final Field<AuditEvent, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", AuditEvent::agentId);
  private static final Field<AuditEvent, String> SUBJECT =
      FIELDS.string("countermand.audit.subject", AuditEvent::subject);
  private static final Field<AuditEvent, String> BEFORE =
      FIELDS.string("countermand.audit.before", AuditEvent::before);
  private static final Field<AuditEvent, String> AFTER =
      FIELDS.string("countermand.audit.after", AuditEvent::after);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<AuditEvent> CODEC =
      FIELDS.build(
          v ->
              new AuditEvent(
                  v.get(ID),
                  v.get(TIME),
                  v.get(OPERATION),
                  v.get(ACTOR),
                  v.get(VIA),
                  v.find(AGENT_ID),
                  v.get(SUBJECT),
                  v.find(BEFORE),
                  v.find(AFTER),
                  v.extra()),
          AuditEvent::extra);

  /**
   * The event of a grant that was opened, replaced or closed.
   *
   * @param id a new UUID version 7
   * @param before the task the agent had, open or not; null for none
   * @param after the task it has now
   */
  public static AuditEvent ofTask(
      String id, String actor, String via, @Nullable Task before, Task after) {
    boolean open = after.status() == TaskStatus.OPEN;
    return new AuditEvent(
        id,
        after.time(),
        open ? "task-open" : "task-close",
        actor,
        via,
        after.agentId(),
        after.id(),
        before != null && before.grantsAt(after.time()) ? line(before) : null,
        open ? line(after) : null,
        Extra.NONE);
  }

  /**
   * The event of a credential that was registered, or registered again.
   *
   * @param id a new UUID version 7
   * @param before what was registered of it; null for nothing
   * @param after what is registered now
   */
  public static AuditEvent ofCredential(
      String id, String actor, String via, @Nullable Credential before, Credential after) {
    return new AuditEvent(
        id,
        after.time(),
        "credential-register",
        actor,
        via,
        null,
        after.name(),
        before == null ? null : line(before),
        line(after),
        Extra.NONE);
  }

  private static String line(Credential credential) {
    return cut(
        credential.name()
            + ": fingerprint "
            + credential.fingerprint()
            + " of key "
            + credential.keyId()
            + ", "
            + credential.kind()
            + " of provider "
            + credential.provider()
            + " for "
            + credential.environment()
            + ", owner "
            + (credential.owner() == null ? "nobody" : credential.owner())
            + ", can "
            + credential.capabilities());
  }

  private static String cut(String line) {
    return line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE - 1) + "…";
  }

  private static String line(Task task) {
    return cut(
        task.id()
            + (task.sessionId() == null ? "" : " of session " + task.sessionId())
            + ": verbs "
            + task.verbs().stream().map(Verb::wireName).toList()
            + ", resources "
            + task.resources()
            + ", environments "
            + task.environments()
            + ", credentials "
            + task.credentials()
            + ", until "
            + (task.until() == null ? "it is closed" : task.until().truncatedTo(ChronoUnit.SECONDS))
            + (task.purpose().isEmpty() ? "" : ", for " + task.purpose()));
  }
}
