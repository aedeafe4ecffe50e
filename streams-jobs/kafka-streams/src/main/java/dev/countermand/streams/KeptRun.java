package dev.countermand.streams;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of actions of one agent that came one after the other and of which there is nothing
 * to tell.
 *
 * @param results in the order of their ids, which is that of their sequence numbers; one at least
 * @param extra fields of a newer schema, kept as they came
 */
record KeptRun(List<One> results, Extra extra) {

  /**
   * What is kept of one of them.
   *
   * @param id of the action
   * @param extra fields of a newer schema, kept as they came
   */
  record One(String id, Kept kept, Extra extra) {
    private static final DocumentCodec.Builder<One> FIELDS = DocumentCodec.builder("result");
    private static final Field<One, String> ID = FIELDS.string("id", One::id);
    private static final Field<One, Kept> KEPT = FIELDS.object("kept", Kept.CODEC, One::kept);

    static final DocumentCodec<One> CODEC =
        FIELDS.build(v -> new One(v.get(ID), v.get(KEPT), v.extra()), One::extra);
  }

  private static final DocumentCodec.Builder<KeptRun> FIELDS = DocumentCodec.builder("run");
  private static final Field<KeptRun, List<One>> RESULTS =
      FIELDS.list("results", One.CODEC, KeptRun::results);

  static final DocumentCodec<KeptRun> CODEC =
      FIELDS.build(v -> new KeptRun(v.get(RESULTS), v.extra()), KeptRun::extra);

  /** What is kept of an action, if it is in here. */
  Optional<Kept> of(String id) {
    return results.stream().filter(one -> one.id.equals(id)).map(One::kept).findFirst();
  }

  /** The sequence number of its last. */
  long upTo() {
    return results.get(results.size() - 1).kept.sequence();
  }
}
