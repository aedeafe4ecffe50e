package dev.countermand.streams;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of actions of one agent that came one after the other, for one task, and of which
 * there is nothing to tell.
 *
 * @param taskId the task that was open
 * @param peerGroup the subject of the peer group they were compared with; null where nobody said
 * @param results of each its sequence number, the digest of its bytes and its id, with a space
 *     between; in the order of the ids, which is that of the numbers; one at least
 * @param extra fields of a newer schema, kept as they came
 */
record KeptRun(
    @Nullable String taskId, @Nullable String peerGroup, List<String> results, Extra extra) {

  private static final DocumentCodec.Builder<KeptRun> FIELDS = DocumentCodec.builder("kept run");
  private static final Field<KeptRun, String> TASK_ID = FIELDS.string("task", KeptRun::taskId);
  private static final Field<KeptRun, String> PEER_GROUP =
      FIELDS.string("peers", KeptRun::peerGroup);
  private static final Field<KeptRun, List<String>> RESULTS =
      FIELDS.strings("results", KeptRun::results);

  static final DocumentCodec<KeptRun> CODEC =
      FIELDS.build(
          v -> new KeptRun(v.find(TASK_ID), v.find(PEER_GROUP), v.get(RESULTS), v.extra()),
          KeptRun::extra);

  /**
   * A run.
   *
   * @param kept by the ids of the actions, in their order; all fit the first, which is there
   */
  static KeptRun of(Map<String, Kept> kept) {
    Kept first = kept.values().iterator().next();
    List<String> results = new ArrayList<>(kept.size());
    kept.forEach((id, one) -> results.add(one.sequence() + " " + one.digest() + " " + id));
    return new KeptRun(first.taskId(), first.peerGroup(), results, Extra.NONE);
  }

  /** Whether a result says nothing that a run could not say of it. */
  static boolean takes(Kept kept) {
    return kept.findings().isEmpty()
        && kept.order() == null
        && kept.touches().isEmpty()
        && kept.containedBy() == null
        && kept.digest().indexOf(' ') < 0;
  }

  /** Whether two results can stand in one run. */
  static boolean fit(Kept one, Kept other) {
    return Objects.equals(one.taskId(), other.taskId())
        && Objects.equals(one.peerGroup(), other.peerGroup());
  }

  /** What is kept of an action, if it is in here. */
  Optional<Kept> of(String id) {
    for (String result : results) {
      int digest = result.indexOf(' ') + 1;
      int end = result.indexOf(' ', digest);
      if (result.length() - end - 1 == id.length() && result.endsWith(id)) {
        return Optional.of(
            new Kept(
                sequence(result),
                result.substring(digest, end),
                taskId,
                peerGroup,
                List.of(),
                null,
                List.of(),
                null,
                Extra.NONE));
      }
    }
    return Optional.empty();
  }

  /** The sequence number of its last. */
  long upTo() {
    return sequence(results.get(results.size() - 1));
  }

  private static long sequence(String result) {
    return Long.parseLong(result, 0, result.indexOf(' '), 10);
  }
}
