package dev.countermand.containment;

import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells in outcomes what becomes of the credentials of one agent, and pages people where it is not
 * what was ordered. Confined to the agent's lane.
 */
final class CredentialReports {
  private final Shared shared;
  private final AgentContainment agent;

  CredentialReports(Shared shared, AgentContainment agent) {
    this.shared = shared;
    this.agent = agent;
  }

  /** What would be done, were the mode another. */
  void observed(PlannedStep step, Cause cause) {
    if (step.answer() == PlanAnswer.REFUSE) {
      refused(step, cause);
    } else if (step.answer() == PlanAnswer.CANNOT) {
      unreachable(shared.standing(step.fingerprint()), cause);
    } else {
      agent.report(
          report(
                  cause,
                  StepState.OBSERVED,
                  step.fingerprint(),
                  step.provider(),
                  "Would "
                      + step.rung().wireName()
                      + " "
                      + step.name()
                      + " at "
                      + step.provider()
                      + ". "
                      + step.reason())
              .to(step.rung()));
    }
  }

  /** It is not taken away, and that is for good. */
  void refused(PlannedStep step, Cause cause) {
    agent.report(
        report(cause, StepState.REFUSED, step.fingerprint(), step.provider(), step.reason())
            .to(step.rung()));
    left(cause, step.fingerprint(), step.name() + ": " + step.reason());
  }

  /** Its provider, as it is configured now, cannot take it as far as it was to be. */
  void cannot(TakenCredential taken, ProviderDesk desk, Cause cause) {
    String why =
        desk.name() + " cannot " + taken.rung().wireName() + ": the credential is not taken away";
    agent.report(
        report(cause, StepState.REFUSED, taken.fingerprint(), desk.name(), why).to(taken.rung()));
    left(cause, taken.fingerprint(), why);
  }

  /** Nobody knows where it could be taken away. */
  void unreachable(Standing standing, Cause cause) {
    agent.report(
        report(
            cause,
            StepState.FAILED,
            standing.fingerprint(),
            standing.provider().orElse(null),
            standing.unreachable()));
  }

  /** Another order has taken it away. */
  void deadAlready(TakenCredential taken, String fingerprint, Cause cause) {
    String before =
        "It is dead already, by order " + agent.record().causeOf(taken.fingerprint()).orderId();
    agent.report(
        report(cause, StepState.VERIFIED, fingerprint, taken.provider(), before).to(taken.rung()));
  }

  /** It was dead, and works again. */
  void cameBack(TakenCredential taken, String seen, Cause cause) {
    String why = shared.standing(taken.fingerprint()).name() + " came back: " + seen;
    agent.report(
        report(cause, StepState.FAILED, taken.fingerprint(), taken.provider(), why)
            .to(taken.rung()));
    page("containment-came-back", "A dead credential works again", cause, taken.fingerprint(), why);
  }

  private void left(Cause cause, String fingerprint, String why) {
    page("containment-left", "A credential was not taken away", cause, fingerprint, why);
  }

  private void page(String rule, String name, Cause cause, String fingerprint, String why) {
    String time = cause.returns() == 0 ? "" : ":" + cause.returns();
    shared
        .pager()
        .page(
            rule,
            name,
            agent.record().agentId(),
            cause.orderId() + ":" + fingerprint + time,
            null,
            why,
            List.of(fingerprint));
  }

  private Report report(
      Cause cause, StepState state, String fingerprint, @Nullable String provider, String reason) {
    return Report.credential(
        cause, agent.record().agentId(), Step.REVOKE, state, fingerprint, provider, reason);
  }
}
