package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that could not be processed, with what is left of it after redaction.
 *
 * @param id a UUID version 7, or topic, partition and offset for a record
 * @param time when
 * @param stage where it failed: {@code gateway}, {@code scoring}, {@code containment}, {@code
 *     index}, {@code signals}
 * @param code the stable code of the error
 * @param reason one sentence, without the input
 * @param topic the topic of the record
 * @param partition its partition
 * @param offset its offset
 * @param source the source that sent it
 * @param size its size in bytes
 * @param sha256 the SHA-256 of its bytes, to find it again
 * @param remains its redacted text, cut; null where it could not be redacted
 * @param extra fields of a newer schema, kept as they came
 */
public record DeadLetter(
    String id,
    Instant time,
    String stage,
    String code,
    String reason,
    @Nullable String topic,
    @Nullable Long partition,
    @Nullable Long offset,
    @Nullable String source,
    long size,
    String sha256,
    @Nullable String remains,
    Extra extra) {

  private static final DocumentCodec.Builder<DeadLetter> FIELDS =
      DocumentCodec.builder("DeadLetter");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "pipeline_error");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.dead_letter");
  }

  private static final Field<DeadLetter, String> ID = FIELDS.string("event.id", DeadLetter::id);
  private static final Field<DeadLetter, Instant> TIME =
      FIELDS.instant("@timestamp", DeadLetter::time);
  private static final Field<DeadLetter, String> STAGE =
      FIELDS.string("countermand.dead_letter.stage", DeadLetter::stage);
  private static final Field<DeadLetter, String> CODE =
      FIELDS.string("error.code", DeadLetter::code);
  private static final Field<DeadLetter, String> REASON =
      FIELDS.string("error.message", DeadLetter::reason);
  private static final Field<DeadLetter, String> TOPIC =
      FIELDS.string("countermand.dead_letter.topic", DeadLetter::topic);
  private static final Field<DeadLetter, Long> PARTITION =
      FIELDS.integer("countermand.dead_letter.partition", DeadLetter::partition);
  private static final Field<DeadLetter, Long> OFFSET =
      FIELDS.integer("countermand.dead_letter.offset", DeadLetter::offset);
  private static final Field<DeadLetter, String> SOURCE =
      FIELDS.string("countermand.source.name", DeadLetter::source);
  private static final Field<DeadLetter, Long> SIZE =
      FIELDS.integer("countermand.dead_letter.size", DeadLetter::size);
  private static final Field<DeadLetter, String> SHA256 =
      FIELDS.string("countermand.dead_letter.sha256", DeadLetter::sha256);
  private static final Field<DeadLetter, String> REMAINS =
      FIELDS.string("countermand.dead_letter.remains", DeadLetter::remains);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<DeadLetter> CODEC =
      FIELDS.build(
          v ->
              new DeadLetter(
                  v.get(ID),
                  v.get(TIME),
                  v.get(STAGE),
                  v.get(CODE),
                  v.get(REASON),
                  v.find(TOPIC),
                  v.find(PARTITION),
                  v.find(OFFSET),
                  v.find(SOURCE),
                  v.get(SIZE),
                  v.get(SHA256),
                  v.find(REMAINS),
                  v.extra()),
          DeadLetter::extra);
}
