package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A security event token (RFC 8417) that a receiver has not acknowledged. The record is removed
 * when it has.
 *
 * @param id the token's {@code jti}: the same again on a repetition
 * @param time when it was made
 * @param stream the stream it is for
 * @param event the type of its event, a URI
 * @param agentId the agent; null of a verification
 * @param token as it is sent, signed
 * @param extra fields of a newer schema, kept as they came
 */
public record Signal(
    String id,
    Instant time,
    String stream,
    String event,
    @Nullable String agentId,
    String token,
    Extra extra) {

  private static final DocumentCodec.Builder<Signal> FIELDS = DocumentCodec.builder("Signal");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.signal");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<Signal, String> ID = FIELDS.string("event.id", Signal::id);
  private static final Field<Signal, Instant> TIME = FIELDS.instant("@timestamp", Signal::time);
  private static final Field<Signal, String> STREAM =
      FIELDS.string("countermand.signal.stream", Signal::stream);
  private static final Field<Signal, String> EVENT =
      FIELDS.string("countermand.signal.event", Signal::event);
  private static final Field<Signal, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Signal::agentId);
  private static final Field<Signal, String> TOKEN =
      FIELDS.string("countermand.signal.token", Signal::token);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Signal> CODEC =
      FIELDS.build(
          v ->
              new Signal(
                  v.get(ID),
                  v.get(TIME),
                  v.get(STREAM),
                  v.get(EVENT),
                  v.find(AGENT_ID),
                  v.get(TOKEN),
                  v.extra()),
          Signal::extra);

  /** The key on the topic. */
  public String key() {
    return stream + "|" + id;
  }
}
