package dev.countermand.streams;

import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a subject, on its way to the partition of the subject: a finding, or that the
 * agent was contained or released.
 *
 * @param kind what the subject is
 * @param subject the subject, which is its key
 * @param signal the finding; null when it is none
 * @param contained when the agent was contained; null when it was not
 * @param released when the agent was released; null when it was not
 * @param source topic and partition it was read from
 * @param offset where it stood there: what comes again after a crash has the same
 * @param extra fields of a newer schema, kept as they came
 */
record RiskEvent(
    RiskSubject kind,
    String subject,
    @Nullable Signal signal,
    @Nullable Instant contained,
    @Nullable Instant released,
    String source,
    long offset,
    Extra extra) {

  private static final DocumentCodec.Builder<RiskEvent> FIELDS =
      DocumentCodec.builder("risk event");
  private static final Field<RiskEvent, RiskSubject> KIND =
      FIELDS.wire("kind", RiskSubject.values(), RiskEvent::kind);
  private static final Field<RiskEvent, String> SUBJECT =
      FIELDS.string("subject", RiskEvent::subject);
  private static final Field<RiskEvent, Signal> SIGNAL =
      FIELDS.object("signal", Signal.CODEC, RiskEvent::signal);
  private static final Field<RiskEvent, Instant> CONTAINED =
      FIELDS.instant("contained", RiskEvent::contained);
  private static final Field<RiskEvent, Instant> RELEASED =
      FIELDS.instant("released", RiskEvent::released);
  private static final Field<RiskEvent, String> SOURCE = FIELDS.string("source", RiskEvent::source);
  private static final Field<RiskEvent, Long> OFFSET = FIELDS.integer("offset", RiskEvent::offset);

  static final DocumentCodec<RiskEvent> CODEC =
      FIELDS.build(
          v ->
              new RiskEvent(
                  v.get(KIND),
                  v.get(SUBJECT),
                  v.find(SIGNAL),
                  v.find(CONTAINED),
                  v.find(RELEASED),
                  v.get(SOURCE),
                  v.get(OFFSET),
                  v.extra()),
          RiskEvent::extra);

  static RiskEvent of(RiskSubject kind, String subject, Signal signal, String source, long offset) {
    return new RiskEvent(kind, subject, signal, null, null, source, offset, Extra.NONE);
  }

  /** What an outcome says of an agent, if it says that it is contained or released. */
  static Optional<RiskEvent> of(ContainmentOutcome outcome, String source, long offset) {
    boolean isDone = outcome.state() == StepState.ACCEPTED || outcome.state() == StepState.VERIFIED;
    boolean isContained = outcome.step() == Step.KILL_SWITCH;
    if (!isDone || !(isContained || outcome.step() == Step.RELEASE)) {
      return Optional.empty();
    }
    return Optional.of(
        new RiskEvent(
            RiskSubject.AGENT,
            RiskSubject.agent(outcome.agentId()),
            null,
            isContained ? outcome.time() : null,
            isContained ? null : outcome.time(),
            source,
            offset,
            Extra.NONE));
  }
}
