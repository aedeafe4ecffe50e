package dev.countermand.containment;

import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A step that came to a state; {@link Journal} makes the outcome of it.
 *
 * @param acceptedAt when the provider said yes, if it did
 * @param attempts calls to the provider so far
 */
record Report(
    Cause cause,
    String agentId,
    Step step,
    StepState state,
    @Nullable Rung rung,
    @Nullable String credential,
    @Nullable String provider,
    @Nullable Instant acceptedAt,
    long attempts,
    String reason,
    @Nullable String proof,
    Map<String, String> prior) {
  private static final int MAX_TEXT = 1_000;

  /** About the agent as a whole. */
  static Report agent(Cause cause, String agentId, Step step, StepState state, String reason) {
    return new Report(
        cause, agentId, step, state, null, null, null, null, 0, reason, null, Map.of());
  }

  /** About one credential. */
  static Report credential(
      Cause cause,
      String agentId,
      Step step,
      StepState state,
      String fingerprint,
      @Nullable String provider,
      String reason) {
    return new Report(
        cause, agentId, step, state, null, fingerprint, provider, null, 0, reason, null, Map.of());
  }

  Report to(Rung how) {
    return new Report(
        cause,
        agentId,
        step,
        state,
        how,
        credential,
        provider,
        acceptedAt,
        attempts,
        reason,
        proof,
        prior);
  }

  Report withProof(String seen) {
    return new Report(
        cause,
        agentId,
        step,
        state,
        rung,
        credential,
        provider,
        acceptedAt,
        attempts,
        reason,
        seen,
        prior);
  }

  Report withPrior(Map<String, String> before) {
    return new Report(
        cause,
        agentId,
        step,
        state,
        rung,
        credential,
        provider,
        acceptedAt,
        attempts,
        reason,
        proof,
        before);
  }

  Report withAttempts(long calls, @Nullable Instant accepted) {
    return new Report(
        cause,
        agentId,
        step,
        state,
        rung,
        credential,
        provider,
        accepted,
        calls,
        reason,
        proof,
        prior);
  }

  /** The outcome, with an identifier that is the same again on a repetition. */
  ContainmentOutcome outcome(Instant now) {
    return new ContainmentOutcome(
        cause.orderId()
            + ":"
            + step.wireName()
            + ":"
            + (credential == null ? "agent" : credential)
            + ":"
            + state.wireName()
            + (rung == null ? "" : ":" + rung.wireName())
            + (cause.returns() == 0 ? "" : ":return-" + cause.returns()),
        now,
        cause.orderId(),
        agentId,
        step,
        state,
        rung,
        credential,
        provider,
        cause.requestedAt(),
        state == StepState.ACCEPTED ? now : acceptedAt,
        state == StepState.VERIFIED ? now : null,
        attempts,
        Math.max(0, nanos(now)),
        cut(reason),
        proof == null ? null : cut(proof),
        prior,
        Extra.NONE);
  }

  // Saturates: an agent's clock, or a replay, may put the start centuries away.
  private long nanos(Instant now) {
    try {
      return Duration.between(cause.clockStart(), now).toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  // One line, however an agent chose its words: it also goes to the log.
  private static String cut(String text) {
    String shorter = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    StringBuilder line = new StringBuilder(shorter.length());
    shorter.chars().forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
    return line.toString();
  }
}
