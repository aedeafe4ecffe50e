package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scope grant: what an agent was asked to do, and what it may touch for it.
 *
 * <p>One task is open for an agent at a time; the topic is keyed by the agent.
 *
 * @param id names the task
 * @param time when the grant was last changed
 * @param agentId the agent it is given to; the key of the topic
 * @param sessionId the session it is given to; null for all sessions of the agent
 * @param status whether it grants anything
 * @param purpose what is to be done, in words
 * @param profile what kind of task it is, a word; null for that of the agent's profile
 * @param environments where it may act; {@code *} for everywhere
 * @param resources globs of {@code type:id} it may change; {@code *} for all
 * @param verbs what it may do
 * @param credentials the fingerprints of the credentials it was given
 * @param from from when it grants
 * @param until until when, exclusive; null while nobody closes it
 * @param approvedBy the person who granted it
 * @param extra fields of a newer schema, kept as they came
 */
public record Task(
    String id,
    Instant time,
    String agentId,
    @Nullable String sessionId,
    TaskStatus status,
    String purpose,
    @Nullable String profile,
    List<String> environments,
    List<String> resources,
    List<Verb> verbs,
    List<String> credentials,
    Instant from,
    @Nullable Instant until,
    String approvedBy,
    Extra extra) {

  /** Lists and maps are copied. */
  public Task {
    environments = List.copyOf(environments);
    resources = List.copyOf(resources);
    verbs = List.copyOf(verbs);
    credentials = List.copyOf(credentials);
  }

  private static final DocumentCodec.Builder<Task> FIELDS = DocumentCodec.builder("Task");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "state");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.task");
  }

  private static final Field<Task, String> ID = FIELDS.string("countermand.task.id", Task::id);
  private static final Field<Task, Instant> TIME = FIELDS.instant("@timestamp", Task::time);
  private static final Field<Task, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Task::agentId);
  private static final Field<Task, String> SESSION_ID =
      FIELDS.string("countermand.session.id", Task::sessionId);
  private static final Field<Task, TaskStatus> STATUS =
      FIELDS.wire("countermand.task.status", TaskStatus.values(), Task::status);
  private static final Field<Task, String> PURPOSE =
      FIELDS.string("countermand.task.purpose", Task::purpose);
  private static final Field<Task, String> PROFILE =
      FIELDS.string("countermand.task.profile", Task::profile);
  private static final Field<Task, List<String>> ENVIRONMENTS =
      FIELDS.strings("countermand.task.environments", Task::environments);
  private static final Field<Task, List<String>> RESOURCES =
      FIELDS.strings("countermand.task.resources", Task::resources);
  private static final Field<Task, List<Verb>> VERBS =
      FIELDS.wires("countermand.task.verbs", Verb.values(), Task::verbs);
  private static final Field<Task, List<String>> CREDENTIALS =
      FIELDS.strings("countermand.task.credentials", Task::credentials);
  private static final Field<Task, Instant> FROM =
      FIELDS.instant("countermand.task.from", Task::from);
  private static final Field<Task, Instant> UNTIL =
      FIELDS.instant("countermand.task.until", Task::until);
  private static final Field<Task, String> APPROVED_BY =
      FIELDS.string("countermand.task.approved_by", Task::approvedBy);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Task> CODEC =
      FIELDS.build(
          v ->
              new Task(
                  v.get(ID),
                  v.get(TIME),
                  v.get(AGENT_ID),
                  v.find(SESSION_ID),
                  v.get(STATUS),
                  v.get(PURPOSE),
                  v.find(PROFILE),
                  v.getOr(ENVIRONMENTS, List.of()),
                  v.getOr(RESOURCES, List.of()),
                  v.getOr(VERBS, List.of()),
                  v.getOr(CREDENTIALS, List.of()),
                  v.get(FROM),
                  v.find(UNTIL),
                  v.get(APPROVED_BY),
                  v.extra()),
          Task::extra);

  /** A task for every session of an agent, without a profile of its own. */
  public Task(
      String id,
      Instant time,
      String agentId,
      TaskStatus status,
      String purpose,
      List<String> environments,
      List<String> resources,
      List<Verb> verbs,
      List<String> credentials,
      Instant from,
      @Nullable Instant until,
      String approvedBy,
      Extra extra) {
    this(
        id,
        time,
        agentId,
        null,
        status,
        purpose,
        null,
        environments,
        resources,
        verbs,
        credentials,
        from,
        until,
        approvedBy,
        extra);
  }

  /** The same task, ended at an instant. */
  public Task closedAt(Instant end) {
    return with(end, sessionId, TaskStatus.CLOSED, profile, end);
  }

  /** The same task, for one session only; for all when null. */
  public Task forSession(@Nullable String session) {
    return with(time, session, status, profile, until);
  }

  /** The same task, of a profile; of that of the agent's profile when null. */
  public Task ofProfile(@Nullable String word) {
    return with(time, sessionId, status, word, until);
  }

  private Task with(
      Instant changed,
      @Nullable String session,
      TaskStatus then,
      @Nullable String word,
      @Nullable Instant end) {
    return new Task(
        id,
        changed,
        agentId,
        session,
        then,
        purpose,
        word,
        environments,
        resources,
        verbs,
        credentials,
        from,
        end,
        approvedBy,
        extra);
  }

  /** Whether it is given to a session of its agent. */
  public boolean covers(String session) {
    return sessionId == null || sessionId.equals(session);
  }

  /** Whether the grant holds at an instant. */
  public boolean grantsAt(Instant instant) {
    return status == TaskStatus.OPEN
        && !instant.isBefore(from)
        && (until == null || instant.isBefore(until));
  }
}
