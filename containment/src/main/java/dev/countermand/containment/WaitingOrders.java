package dev.countermand.containment;

import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Rung;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders of one agent that wait for people. They stand in the agent's record, so that they
 * outlive the process. Confined to the agent's lane.
 */
final class WaitingOrders {
  /** Orders of one agent that may wait; the first that is approved stops it. */
  static final int MAX_WAITING = 64;

  // All that wait stand in one record of the agent.
  private static final int MAX_BYTES = Topics.MAX_RECORD_BYTES / (2 * MAX_WAITING);

  /** Credentials that people are asked about together. */
  private static final int MAX_TOGETHER = 200;

  private static final Logger log = LoggerFactory.getLogger(WaitingOrders.class);

  private final Shared shared;
  private final AgentContainment agent;

  WaitingOrders(Shared shared, AgentContainment agent) {
    this.shared = shared;
    this.agent = agent;
  }

  /** Takes up what the process before this one left. */
  void resume() {
    agent
        .record()
        .waiting()
        .forEach(
            waiting -> {
              expireLater(waiting);
              lookAgain(waiting.order());
            });
  }

  /** Lets an order wait until people have answered; they may have already. */
  void ask(ContainmentOrder order, Cause cause, String why, Runnable finished) {
    if (agent.record().waiting().size() >= MAX_WAITING
        || ContainmentOrder.CODEC.encode(order).length > MAX_BYTES) {
      agent.report(
          agent.killSwitch(
              cause,
              StepState.FAILED,
              "Too much of this agent waits already: approve or deny what waits"));
    } else if (agent.record().waitingOrder(order.id()).isEmpty()) {
      agent.report(agent.killSwitch(cause, StepState.AWAITING_APPROVAL, why));
      AgentRecord.Waiting waiting = new AgentRecord.Waiting(order, agent.now());
      AgentRecord next = agent.record().waitingFor(waiting);
      agent.save(
          next.isContained()
              ? next
              : next.with(
                  ContainmentStatus.AWAITING_APPROVAL, agent.now(), order.id(), order.reason()));
      expireLater(waiting);
    }
    finished.run();
    // It may have come while the order was not waiting yet.
    answered(order.id());
  }

  /** Asks for the steps of a plan that need people, those that cannot be taken back for more. */
  void askForTheRest(ContainmentOrder order, ContainmentPlan plan) {
    part(order, plan, Rung.REVOKE, "revoke", step -> step.rung() == Rung.REVOKE);
    Rung milder = plan.rung() == Rung.REVOKE ? Rung.SUSPEND : plan.rung();
    part(order, plan, milder, "shared", step -> step.rung() != Rung.REVOKE);
  }

  private void part(
      ContainmentOrder order,
      ContainmentPlan plan,
      Rung rung,
      String word,
      Predicate<PlannedStep> which) {
    List<PlannedStep> steps =
        plan.steps().stream()
            .filter(step -> step.answer() == PlanAnswer.ASK)
            .filter(which)
            .toList();
    if (steps.isEmpty()) {
      return;
    }
    for (int from = 0; from < steps.size(); from += MAX_TOGETHER) {
      String id = order.id() + ":" + word + (from == 0 ? "" : "-" + (1 + from / MAX_TOGETHER));
      ask(order, id, rung, steps.subList(from, Math.min(steps.size(), from + MAX_TOGETHER)));
    }
  }

  private void ask(ContainmentOrder order, String id, Rung rung, List<PlannedStep> steps) {
    if (agent.record().isHandled(id) || agent.record().waitingOrder(id).isPresent()) {
      return;
    }
    String names =
        steps.get(0).name() + (steps.size() == 1 ? "" : " and " + (steps.size() - 1) + " more");
    ContainmentOrder rest =
        new ContainmentOrder(
            id,
            agent.now(),
            OrderKind.CONTAIN,
            order.agentId(),
            order.reason(),
            order.actionId(),
            order.actionTime(),
            order.findings(),
            steps.stream().map(PlannedStep::fingerprint).distinct().toList(),
            order.requestedBy(),
            rung,
            order.grounds(),
            order.id(),
            Extra.NONE);
    String why = names + ": " + steps.get(0).reason();
    ask(rest, Cause.of(rest, agent.now()), rung.wireName() + " of " + why, () -> {});
    boolean isWaiting = agent.record().waitingOrder(id).isPresent() || agent.isOpen(id);
    shared
        .pager()
        .page(
            "containment-asks",
            "A part of containment waits for people",
            order.agentId(),
            id,
            order.actionId(),
            isWaiting ? why : "Too much of this agent waits already, and this is not done: " + why,
            rest.credentials());
  }

  /** People said something of an order that may wait here. */
  void answered(String orderId) {
    agent.record().waitingOrder(orderId).ifPresent(this::lookAgain);
  }

  private void lookAgain(ContainmentOrder order) {
    if (agent.isOpen(order.id())) {
      return;
    }
    List<Approval> said = shared.approvals().of(order.id());
    Optional<Approval> no =
        said.stream().filter(one -> one.decision() == Decision.DENY).findFirst();
    List<String> yes =
        said.stream()
            .filter(one -> one.decision() == Decision.ALLOW)
            .map(Approval::by)
            .filter(People::isPerson)
            .toList();
    if (said.isEmpty()) {
      return;
    }
    if (shared.policy().mode() == Mode.OBSERVE) {
      log.warn("Order {} is answered, but the mode is observe: it waits", order.id());
    } else if (no.isPresent()) {
      drop(order, "Denied by " + no.get().by() + ": " + no.get().reason());
    } else if (!yes.isEmpty() && isEnough(order, yes)) {
      carryOut(order, said, yes);
    } else if (!yes.isEmpty()) {
      log.info(
          "Order {} has the yes of {}, which is not enough; it was ordered by {}",
          order.id(),
          yes,
          order.requestedBy());
    }
  }

  private boolean isEnough(ContainmentOrder order, List<String> yes) {
    // That it was ordered is no yes: an order says in whose name it is, and nobody has checked
    // that.
    int needed = order.isFinalPart() ? shared.policy().persons() : 1;
    return People.distinct(yes).size() >= needed
        && (shared.policy().allowsOwn() || People.hasOther(order, yes));
  }

  private void carryOut(ContainmentOrder order, List<Approval> said, List<String> yes) {
    String why =
        said.stream()
            .filter(one -> yes.contains(one.by()))
            .map(one -> "by " + one.by() + ": " + one.reason())
            .reduce("Approved", (all, one) -> all + " " + one);
    ContainmentPlan plan = shared.planner().approved(order, yes, agent.record(), agent.now());
    agent.contain(plan, order, Cause.of(order, agent.now()), why, () -> {});
  }

  private void drop(ContainmentOrder order, String why) {
    agent.report(agent.killSwitch(Cause.of(order, agent.now()), StepState.REFUSED, why));
    AgentRecord rest = agent.record().done(order.id());
    boolean isFree = !rest.isContained() && rest.waiting().isEmpty();
    agent.save(isFree ? rest.with(ContainmentStatus.RELEASED, agent.now(), order.id(), why) : rest);
  }

  private void expireLater(AgentRecord.Waiting waiting) {
    Instant end = waiting.since().plus(shared.policy().expire());
    Duration left = Duration.between(agent.now(), end);
    agent.later(
        left.isNegative() ? Duration.ZERO : left,
        () -> agent.execute(() -> expire(waiting.order())));
  }

  private void expire(ContainmentOrder order) {
    if (agent.record().waitingOrder(order.id()).isPresent() && !agent.isOpen(order.id())) {
      log.warn("Nobody answered order {} of agent {} in time", order.id(), order.agentId());
      drop(order, "Nobody said enough within " + shared.policy().expire());
    }
  }
}
