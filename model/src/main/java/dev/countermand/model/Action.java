package dev.countermand.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import dev.countermand.model.json.FieldType;
import dev.countermand.model.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One command or API call of an agent, attempted or done, as one witness tells it.
 *
 * <p>The document is ECS; the AI agent is {@code gen_ai.agent}, never ECS {@code agent}, which is
 * the log shipper.
 *
 * @param id a UUID version 7, given by the collector
 * @param time when it happened, as far as the collector knows
 * @param received when the collector received it
 * @param phase whether it is about to happen or has happened
 * @param kind what it is made of
 * @param name the event as its source names it, for instance {@code PreToolUse}
 * @param outcome how it ended
 * @param agentId the agent; the key of the topic
 * @param agentName what people call the agent
 * @param agentKind what kind of agent it is, from the configuration of its source; null for unknown
 * @param subagentId the sub-agent that acts, where there is one
 * @param sessionId the session of the agent
 * @param taskId the task it belongs to, set by scoring
 * @param tool the tool as the agent names it
 * @param callId joins the attempt and the result of one call
 * @param input the input of the tool, redacted; always a JSON object
 * @param output the output of the tool, redacted; always a JSON object
 * @param inputBytes how large the texts of the input were before redaction, in bytes of UTF-8; null
 *     where there were none or nobody counted
 * @param outputBytes the same of the output
 * @param command the command line of a shell action, redacted
 * @param workingDirectory where it runs
 * @param file the file of a file action
 * @param url the URL of an HTTP action, redacted
 * @param environment where the agent itself runs, from the configuration of its source
 * @param source the configured source that reported it
 * @param witness what kind of witness the source is: {@code hook}, {@code api}, {@code provider}
 * @param redaction {@code complete}, or {@code failed} when only metadata is shipped
 * @param credentials the credentials it saw or used
 * @param narrowing what the repository it runs in narrows the agent's grant to; null for nothing
 * @param effects what it does to the world, set by scoring
 * @param score what scoring made of it; null before
 * @param extra fields of a newer schema, kept as they came
 */
public record Action(
    String id,
    Instant time,
    Instant received,
    Phase phase,
    ActionKind kind,
    String name,
    Outcome outcome,
    String agentId,
    @Nullable String agentName,
    @Nullable String agentKind,
    @Nullable String subagentId,
    String sessionId,
    @Nullable String taskId,
    @Nullable String tool,
    @Nullable String callId,
    @Nullable JsonNode input,
    @Nullable JsonNode output,
    @Nullable Long inputBytes,
    @Nullable Long outputBytes,
    @Nullable String command,
    @Nullable String workingDirectory,
    @Nullable String file,
    @Nullable String url,
    @Nullable String environment,
    String source,
    String witness,
    String redaction,
    List<CredentialMention> credentials,
    @Nullable Narrowing narrowing,
    List<Effect> effects,
    @Nullable Score score,
    Extra extra) {

  /** Lists and maps are copied. */
  public Action {
    credentials = List.copyOf(credentials);
    effects = List.copyOf(effects);
  }

  // The ECS category of each kind; a tool that nobody knows is taken for a process.
  private static final Map<ActionKind, JsonNode> CATEGORIES =
      new EnumMap<>(
          Map.of(
              ActionKind.SHELL, Json.words(List.of("process")),
              ActionKind.SQL, Json.words(List.of("database")),
              ActionKind.HTTP, Json.words(List.of("api")),
              ActionKind.FILE, Json.words(List.of("file")),
              ActionKind.MCP, Json.words(List.of("api")),
              ActionKind.TOOL, Json.words(List.of("process")),
              ActionKind.SESSION, Json.words(List.of("session"))));

  /** How long before an action was received its own time is believed. */
  public static final Duration BELIEVED = Duration.ofMinutes(5);

  /** The {@link #witness()} that is no agent's: a provider's own log. */
  public static final String PROVIDER = "provider";

  /** {@link #redaction()} when everything was examined for secrets. */
  public static final String REDACTION_COMPLETE = "complete";

  /** {@link #redaction()} when something could not be examined, and was withheld. */
  public static final String REDACTION_FAILED = "failed";

  private static final DocumentCodec.Builder<Action> FIELDS = DocumentCodec.builder("Action");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.action");
    FIELDS.derived("event.category", FieldType.KEYWORD, action -> CATEGORIES.get(action.kind()));
  }

  private static final Field<Action, String> ID = FIELDS.string("event.id", Action::id);
  private static final Field<Action, Instant> TIME = FIELDS.instant("@timestamp", Action::time);
  private static final Field<Action, Instant> RECEIVED =
      FIELDS.instant("event.created", Action::received);
  private static final Field<Action, Phase> PHASE =
      FIELDS.wire("countermand.action.phase", Phase.values(), Action::phase);
  private static final Field<Action, ActionKind> KIND =
      FIELDS.wire("countermand.action.kind", ActionKind.values(), Action::kind);
  private static final Field<Action, String> NAME = FIELDS.string("event.action", Action::name);
  private static final Field<Action, Outcome> OUTCOME =
      FIELDS.wire("event.outcome", Outcome.values(), Action::outcome);
  private static final Field<Action, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Action::agentId);
  private static final Field<Action, String> AGENT_NAME =
      FIELDS.string("gen_ai.agent.name", Action::agentName);
  private static final Field<Action, String> AGENT_KIND =
      FIELDS.string("countermand.agent.kind", Action::agentKind);
  private static final Field<Action, String> SUBAGENT_ID =
      FIELDS.string("countermand.agent.subagent_id", Action::subagentId);
  private static final Field<Action, String> SESSION_ID =
      FIELDS.string("countermand.session.id", Action::sessionId);
  private static final Field<Action, String> TASK_ID =
      FIELDS.string("countermand.task.id", Action::taskId);
  private static final Field<Action, String> TOOL = FIELDS.string("gen_ai.tool.name", Action::tool);
  private static final Field<Action, String> CALL_ID =
      FIELDS.string("gen_ai.tool.call.id", Action::callId);
  private static final Field<Action, JsonNode> INPUT =
      FIELDS.tree("gen_ai.tool.call.arguments", Action::input);
  private static final Field<Action, JsonNode> OUTPUT =
      FIELDS.tree("gen_ai.tool.call.result", Action::output);
  private static final Field<Action, Long> INPUT_BYTES =
      FIELDS.integer("countermand.action.input_bytes", Action::inputBytes);
  private static final Field<Action, Long> OUTPUT_BYTES =
      FIELDS.integer("countermand.action.output_bytes", Action::outputBytes);
  private static final Field<Action, String> COMMAND =
      FIELDS.string("process.command_line", Action::command);
  private static final Field<Action, String> WORKING_DIRECTORY =
      FIELDS.string("process.working_directory", Action::workingDirectory);
  private static final Field<Action, String> FILE = FIELDS.string("file.path", Action::file);
  private static final Field<Action, String> URL = FIELDS.string("url.full", Action::url);
  private static final Field<Action, String> ENVIRONMENT =
      FIELDS.string("service.environment", Action::environment);
  private static final Field<Action, String> SOURCE =
      FIELDS.string("countermand.source.name", Action::source);
  private static final Field<Action, String> WITNESS =
      FIELDS.string("countermand.source.witness", Action::witness);
  private static final Field<Action, String> REDACTION =
      FIELDS.string("countermand.redaction.status", Action::redaction);
  private static final Field<Action, List<CredentialMention>> CREDENTIALS =
      FIELDS.list("countermand.credentials", CredentialMention.CODEC, Action::credentials);
  private static final Field<Action, Narrowing> NARROWING =
      FIELDS.object("countermand.task.narrowing", Narrowing.CODEC, Action::narrowing);
  private static final Field<Action, List<Effect>> EFFECTS =
      FIELDS.list("countermand.effects", Effect.CODEC, Action::effects);
  private static final Field<Action, Score> SCORE =
      FIELDS.object("countermand.score", Score.CODEC, Action::score);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Action> CODEC =
      FIELDS.build(
          v ->
              new Action(
                  v.get(ID),
                  v.get(TIME),
                  v.get(RECEIVED),
                  v.get(PHASE),
                  v.get(KIND),
                  v.get(NAME),
                  v.getOr(OUTCOME, Outcome.UNKNOWN),
                  v.get(AGENT_ID),
                  v.find(AGENT_NAME),
                  v.find(AGENT_KIND),
                  v.find(SUBAGENT_ID),
                  v.get(SESSION_ID),
                  v.find(TASK_ID),
                  v.find(TOOL),
                  v.find(CALL_ID),
                  v.find(INPUT),
                  v.find(OUTPUT),
                  v.find(INPUT_BYTES),
                  v.find(OUTPUT_BYTES),
                  v.find(COMMAND),
                  v.find(WORKING_DIRECTORY),
                  v.find(FILE),
                  v.find(URL),
                  v.find(ENVIRONMENT),
                  v.get(SOURCE),
                  v.get(WITNESS),
                  v.get(REDACTION),
                  v.getOr(CREDENTIALS, List.of()),
                  v.find(NARROWING),
                  v.getOr(EFFECTS, List.of()),
                  v.find(SCORE),
                  v.extra()),
          Action::extra);

  /** The same action with what scoring found out about it. */
  public Action scored(@Nullable String task, List<Effect> found, Score made) {
    return new Action(
        id,
        time,
        received,
        phase,
        kind,
        name,
        outcome,
        agentId,
        agentName,
        agentKind,
        subagentId,
        sessionId,
        task,
        tool,
        callId,
        input,
        output,
        inputBytes,
        outputBytes,
        command,
        workingDirectory,
        file,
        url,
        environment,
        source,
        witness,
        redaction,
        credentials,
        narrowing,
        List.copyOf(found),
        made,
        extra);
  }

  /**
   * When it happened, as far as that is believed: an agent that writes the time itself could bring
   * back a grant that is over, or order its actions as it likes. What a provider's log tells may be
   * as late as it is; anything else not longer than {@link #BELIEVED} before it was received.
   */
  public Instant believedTime() {
    if (time.isAfter(received)) {
      return received;
    }
    Instant earliest = received.minus(BELIEVED);
    return witness.equals(PROVIDER) || !time.isBefore(earliest) ? time : earliest;
  }

  /** The credentials it touches in one role. */
  public List<CredentialMention> credentials(CredentialRole role) {
    return credentials.isEmpty()
        ? List.of()
        : credentials.stream().filter(mention -> mention.role() == role).toList();
  }
}
