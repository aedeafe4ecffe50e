package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;

/**
 * What a notary signed of one partition of a topic: the root of the Merkle tree (RFC 9162) over its
 * records so far, and what is needed to find the records that came since the checkpoint before.
 * Hashes, the key's id and the signature are Base64.
 *
 * @param id topic, partition and size; the same again on a repetition
 * @param time when it was signed
 * @param topic with its prefix
 * @param partition of the topic
 * @param size how many records the tree covers
 * @param root of the tree
 * @param before how many the checkpoint before covered; 0 for the first
 * @param frontier roots of the largest perfect subtrees of the tree before, from left to right
 * @param offsets where the records since then stand, as {@code first-last}, ascending
 * @param leaves a hash for each of these records
 * @param key id of the key
 * @param signature Ed25519
 * @param extra fields of a newer schema, kept as they came
 */
public record Checkpoint(
    String id,
    Instant time,
    String topic,
    long partition,
    long size,
    String root,
    long before,
    List<String> frontier,
    List<String> offsets,
    List<String> leaves,
    String key,
    String signature,
    Extra extra) {

  /** Lists are copied. */
  public Checkpoint {
    frontier = List.copyOf(frontier);
    offsets = List.copyOf(offsets);
    leaves = List.copyOf(leaves);
  }

  private static final DocumentCodec.Builder<Checkpoint> FIELDS =
      DocumentCodec.builder("Checkpoint");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.checkpoint");
  }

  private static final Field<Checkpoint, String> ID = FIELDS.string("event.id", Checkpoint::id);
  private static final Field<Checkpoint, Instant> TIME =
      FIELDS.instant("@timestamp", Checkpoint::time);
  private static final Field<Checkpoint, String> TOPIC =
      FIELDS.string("countermand.checkpoint.topic", Checkpoint::topic);
  private static final Field<Checkpoint, Long> PARTITION =
      FIELDS.integer("countermand.checkpoint.partition", Checkpoint::partition);
  private static final Field<Checkpoint, Long> SIZE =
      FIELDS.integer("countermand.checkpoint.size", Checkpoint::size);
  private static final Field<Checkpoint, String> ROOT =
      FIELDS.string("countermand.checkpoint.root", Checkpoint::root);
  private static final Field<Checkpoint, Long> BEFORE =
      FIELDS.integer("countermand.checkpoint.before", Checkpoint::before);
  private static final Field<Checkpoint, List<String>> FRONTIER =
      FIELDS.strings("countermand.checkpoint.frontier", Checkpoint::frontier);
  private static final Field<Checkpoint, List<String>> OFFSETS =
      FIELDS.strings("countermand.checkpoint.offsets", Checkpoint::offsets);
  private static final Field<Checkpoint, List<String>> LEAVES =
      FIELDS.strings("countermand.checkpoint.leaves", Checkpoint::leaves);
  private static final Field<Checkpoint, String> KEY =
      FIELDS.string("countermand.checkpoint.key", Checkpoint::key);
  private static final Field<Checkpoint, String> SIGNATURE =
      FIELDS.string("countermand.checkpoint.signature", Checkpoint::signature);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Checkpoint> CODEC =
      FIELDS.build(
          v ->
              new Checkpoint(
                  v.get(ID),
                  v.get(TIME),
                  v.get(TOPIC),
                  v.get(PARTITION),
                  v.get(SIZE),
                  v.get(ROOT),
                  v.get(BEFORE),
                  v.getOr(FRONTIER, List.of()),
                  v.getOr(OFFSETS, List.of()),
                  v.getOr(LEAVES, List.of()),
                  v.get(KEY),
                  v.get(SIGNATURE),
                  v.extra()),
          Checkpoint::extra);
}
