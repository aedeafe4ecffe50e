package dev.countermand.streams;

import dev.countermand.detectors.Scored;
import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an action that was scored: enough to say the same again.
 *
 * @param sequence the sequence number of the agent's state with this action
 * @param digest of the bytes of the action
 * @param taskId the task that was open
 * @param peerGroup the subject of the peer group it was compared with; null where nobody said
 * @param findings what was found
 * @param order what was ordered
 * @param touches the credentials it touched
 * @param containedBy the order that the agent was contained by; null for none
 * @param extra fields of a newer schema, kept as they came
 */
record Kept(
    long sequence,
    String digest,
    @Nullable String taskId,
    @Nullable String peerGroup,
    List<Finding> findings,
    @Nullable ContainmentOrder order,
    List<CredentialTouch> touches,
    @Nullable String containedBy,
    Extra extra) {

  private static final DocumentCodec.Builder<Kept> FIELDS = DocumentCodec.builder("kept result");
  private static final Field<Kept, Long> SEQUENCE = FIELDS.integer("sequence", Kept::sequence);
  private static final Field<Kept, String> DIGEST = FIELDS.string("digest", Kept::digest);
  private static final Field<Kept, String> TASK_ID = FIELDS.string("task", Kept::taskId);
  private static final Field<Kept, String> PEER_GROUP = FIELDS.string("peers", Kept::peerGroup);
  private static final Field<Kept, List<Finding>> FINDINGS =
      FIELDS.list("findings", Finding.CODEC, Kept::findings);
  private static final Field<Kept, ContainmentOrder> ORDER =
      FIELDS.object("order", ContainmentOrder.CODEC, Kept::order);

  private static final Field<Kept, List<CredentialTouch>> TOUCHES =
      FIELDS.list("touches", CredentialTouch.CODEC, Kept::touches);
  private static final Field<Kept, String> CONTAINED_BY =
      FIELDS.string("contained_by", Kept::containedBy);

  static final DocumentCodec<Kept> CODEC =
      FIELDS.build(
          v ->
              new Kept(
                  v.get(SEQUENCE),
                  v.get(DIGEST),
                  v.find(TASK_ID),
                  v.find(PEER_GROUP),
                  v.getOr(FINDINGS, List.of()),
                  v.find(ORDER),
                  v.getOr(TOUCHES, List.of()),
                  v.find(CONTAINED_BY),
                  v.extra()),
          Kept::extra);

  static Kept of(Scored scored, String digest) {
    return new Kept(
        scored.state().sequence(),
        digest,
        scored.action().taskId(),
        scored.peerGroup().orElse(null),
        scored.findings(),
        scored.order().orElse(null),
        scored.touches(),
        scored.containedBy().orElse(null),
        Extra.NONE);
  }

  Optional<ContainmentOrder> ordered() {
    return Optional.ofNullable(order);
  }
}
