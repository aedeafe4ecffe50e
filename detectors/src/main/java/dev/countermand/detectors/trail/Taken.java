package dev.countermand.detectors.trail;

import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.Optional;

/**
 * Containment took the credential away, or gave it back.
 *
 * @param fingerprint the credential
 * @param orderId the order
 * @param agentId whom it was taken from
 * @param time when a provider said that it is taken away, or given back
 * @param away whether it is taken away
 * @param extra fields of a newer schema, kept as they came
 */
public record Taken(
    String fingerprint, String orderId, String agentId, Instant time, boolean away, Extra extra) {

  private static final DocumentCodec.Builder<Taken> FIELDS = DocumentCodec.builder("taken");
  private static final Field<Taken, String> FINGERPRINT =
      FIELDS.string("fingerprint", Taken::fingerprint);
  private static final Field<Taken, String> ORDER_ID = FIELDS.string("order", Taken::orderId);
  private static final Field<Taken, String> AGENT_ID = FIELDS.string("agent", Taken::agentId);
  private static final Field<Taken, Instant> TIME = FIELDS.instant("time", Taken::time);
  private static final Field<Taken, Boolean> AWAY = FIELDS.bool("away", Taken::away);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Taken> CODEC =
      FIELDS.build(
          v ->
              new Taken(
                  v.get(FINGERPRINT),
                  v.get(ORDER_ID),
                  v.get(AGENT_ID),
                  v.get(TIME),
                  v.get(AWAY),
                  v.extra()),
          Taken::extra);

  /** What an outcome says of a credential, if it says that it was taken away or given back. */
  public static Optional<Taken> of(ContainmentOutcome outcome) {
    String fingerprint = outcome.credential();
    boolean done = outcome.state() == StepState.ACCEPTED || outcome.state() == StepState.VERIFIED;
    boolean away = outcome.step() == Step.REVOKE;
    if (fingerprint == null || !done || !(away || outcome.step() == Step.RESTORE)) {
      return Optional.empty();
    }
    return Optional.of(
        new Taken(
            fingerprint,
            outcome.orderId(),
            outcome.agentId(),
            outcome.acceptedAt() == null ? outcome.time() : outcome.acceptedAt(),
            away,
            Extra.NONE));
  }
}
