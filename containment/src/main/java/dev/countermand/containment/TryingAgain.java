package dev.countermand.containment;

import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.Decision;
import dev.countermand.model.Grounds;
import dev.countermand.model.OrderKind;
import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Rung;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tries the credentials of one agent again that could not be taken away, until they are dead or the
 * agent is released. One whose provider was not known before is planned first, like those of any
 * order. Confined to the agent's lane.
 */
final class TryingAgain {
  private static final Duration AFTER_A_START = Duration.ofSeconds(1);

  /** So much of a fingerprint tells the credentials of an order apart. */
  private static final int SHORT = 12;

  private final Shared shared;
  private final AgentContainment agent;
  private final TakenCredentials credentials;
  private final Map<String, Integer> times = new HashMap<>();

  TryingAgain(Shared shared, AgentContainment agent, TakenCredentials credentials) {
    this.shared = shared;
    this.agent = agent;
    this.credentials = credentials;
  }

  /** Takes up what the process before this one left. */
  void resume() {
    agent.record().taken().values().stream()
        .filter(TryingAgain::isUnsettled)
        .forEach(taken -> schedule(taken.fingerprint(), AFTER_A_START));
  }

  /** Whether a credential is neither dead nor left for a reason. */
  static boolean isUnsettled(TakenCredential taken) {
    return switch (taken.state()) {
      case REQUESTED, ACCEPTED, FAILED -> true;
      case VERIFIED, OBSERVED, AWAITING_APPROVAL, REFUSED -> false;
    };
  }

  /** Tries a credential again after a pause that grows each time. */
  void later(String fingerprint) {
    int before = times.merge(fingerprint, 1, Integer::sum) - 1;
    schedule(fingerprint, shared.pacing().again(before));
  }

  /** It is dead: pauses are short again. */
  void forget(String fingerprint) {
    times.remove(fingerprint);
  }

  private void schedule(String fingerprint, Duration delay) {
    agent.later(Pacing.jittered(delay), () -> agent.execute(() -> now(fingerprint)));
  }

  /** Tries a credential again, unless it is dead, given back or being taken away. */
  void now(String fingerprint) {
    TakenCredential known = agent.record().taken().get(fingerprint);
    if (!agent.holdsCredentials()
        || known == null
        || !isUnsettled(known)
        || credentials.isRunning(fingerprint)) {
      return;
    }
    Standing standing = shared.standing(fingerprint);
    ProviderDesk desk = standing.desk();
    Wanted wanted = agent.record().wanted().get(fingerprint);
    if (standing.isProtected()) {
      return;
    }
    if (desk == null) {
      later(fingerprint);
    } else if (wanted != null) {
      plan(known, wanted);
    } else {
      goOn(known, desk);
    }
  }

  private void goOn(TakenCredential known, ProviderDesk desk) {
    // Nothing was begun, and the provider is configured with other rungs now.
    boolean isChoice = known.prior().isEmpty() && !desk.rungs().contains(known.rung());
    List<Rung> rungs = isChoice ? Ladder.steps(desk.rungs(), known.rung()) : List.of(known.rung());
    if (rungs.isEmpty()) {
      credentials.leave(known, desk);
    } else {
      credentials.goOn(known.fingerprint(), desk, rungs.get(0));
    }
  }

  // Nobody was asked about it: of what is not known budgets and sharing are not, either.
  private void plan(TakenCredential known, Wanted wanted) {
    String fingerprint = known.fingerprint();
    Cause cause = agent.record().causeOf(fingerprint);
    ContainmentOrder order = order(known, wanted, cause);
    List<String> persons =
        shared.approvals().of(cause.orderId()).stream()
            .filter(one -> one.decision() == Decision.ALLOW)
            .map(Approval::by)
            .filter(People::isPerson)
            .toList();
    ContainmentPlan plan =
        shared.planner().late(order, known.rung(), wanted.isNamed(), persons, agent.now());
    agent.remember(agent.record().with(known.to(state(plan)), cause).decided(fingerprint));
    agent.takeLate(plan, order, cause);
  }

  private static StepState state(ContainmentPlan plan) {
    Set<PlanAnswer> answers =
        plan.steps().stream().map(PlannedStep::answer).collect(Collectors.toSet());
    if (answers.contains(PlanAnswer.DO) || answers.contains(PlanAnswer.CANNOT)) {
      return StepState.FAILED;
    }
    return answers.contains(PlanAnswer.ASK) ? StepState.AWAITING_APPROVAL : StepState.REFUSED;
  }

  /** The part of the order that could not be planned with the rest. */
  private ContainmentOrder order(TakenCredential known, Wanted wanted, Cause cause) {
    String fingerprint = known.fingerprint();
    return new ContainmentOrder(
        cause.orderId() + ":" + fingerprint.substring(0, Math.min(SHORT, fingerprint.length())),
        agent.now(),
        OrderKind.CONTAIN,
        agent.record().agentId(),
        agent.record().state().reason(),
        null,
        null,
        List.of(),
        List.of(fingerprint),
        wanted.by(),
        known.rung(),
        Grounds.NONE,
        cause.orderId(),
        Extra.NONE);
  }
}
