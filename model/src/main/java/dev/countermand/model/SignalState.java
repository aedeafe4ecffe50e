package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the transmitter of signals remembers: of a stream what its receiver asked for, of an agent
 * the risk that receivers were last told.
 *
 * @param key of the topic: {@code stream:<name>} or {@code agent:<id>}
 * @param time since when
 * @param status of a stream; null of an agent
 * @param reason why the receiver set the status; null when it gave none
 * @param description what the receiver calls the stream; null when it said nothing
 * @param events of a stream: the types it asked for, URIs
 * @param excluded of a stream: the agents it wants to hear nothing of
 * @param level of an agent: the risk; null of a stream
 * @param extra fields of a newer schema, kept as they came
 */
public record SignalState(
    String key,
    Instant time,
    @Nullable StreamStatus status,
    @Nullable String reason,
    @Nullable String description,
    List<String> events,
    List<String> excluded,
    @Nullable Severity level,
    Extra extra) {

  /** Lists are copied. */
  public SignalState {
    events = List.copyOf(events);
    excluded = List.copyOf(excluded);
  }

  private static final DocumentCodec.Builder<SignalState> FIELDS =
      DocumentCodec.builder("SignalState");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "state");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.signal_state");
  }

  private static final Field<SignalState, String> KEY = FIELDS.string("event.id", SignalState::key);
  private static final Field<SignalState, Instant> TIME =
      FIELDS.instant("@timestamp", SignalState::time);
  private static final Field<SignalState, StreamStatus> STATUS =
      FIELDS.wire("countermand.signal.status", StreamStatus.values(), SignalState::status);
  private static final Field<SignalState, String> REASON =
      FIELDS.string("message", SignalState::reason);
  private static final Field<SignalState, String> DESCRIPTION =
      FIELDS.string("countermand.signal.description", SignalState::description);
  private static final Field<SignalState, List<String>> EVENTS =
      FIELDS.strings("countermand.signal.events", SignalState::events);
  private static final Field<SignalState, List<String>> EXCLUDED =
      FIELDS.strings("countermand.signal.excluded", SignalState::excluded);
  private static final Field<SignalState, Severity> LEVEL =
      FIELDS.wire("countermand.signal.level", Severity.values(), SignalState::level);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<SignalState> CODEC =
      FIELDS.build(
          v ->
              new SignalState(
                  v.get(KEY),
                  v.get(TIME),
                  v.find(STATUS),
                  v.find(REASON),
                  v.find(DESCRIPTION),
                  v.getOr(EVENTS, List.of()),
                  v.getOr(EXCLUDED, List.of()),
                  v.find(LEVEL),
                  v.extra()),
          SignalState::extra);
}
