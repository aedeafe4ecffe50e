package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.OrderKind;
import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan of an order from what is known here, without asking a provider. Thread-safe.
 *
 * <p>Credentials that the order names come first, those of production before others; then whatever
 * else the agent used or saw of what is registered.
 */
final class Planner {
  /** Most of the credentials that an order names; a plan must fit in one record. */
  static final int MAX_NAMED = 500;

  /** Most credentials beside those the order names. */
  static final int MAX_FURTHER = 250;

  private static final int MAX_OTHERS = 16;
  private static final Set<PlanAnswer> WANTED = EnumSet.of(PlanAnswer.DO, PlanAnswer.CANNOT);
  private static final String PRODUCTION = "production";

  private final Shared shared;

  Planner(Shared shared) {
    this.shared = shared;
  }

  /**
   * The plan of an order that nobody was asked about yet.
   *
   * @param record of the agent
   */
  ContainmentPlan plan(ContainmentOrder order, AgentRecord record, Instant now) {
    Ladder.Choice choice = shared.policy().ladder().choose(order);
    List<PlannedStep> steps = steps(order, choice.rung(), List.of());
    PlanAnswer answer = PlanAnswer.DO;
    String why = choice.why();
    if (order.kind() == OrderKind.PLAN) {
      answer = PlanAnswer.SHOW;
      why += " Somebody only asks.";
    } else if (shared.policy().protectsAgent(order.agentId())) {
      answer = PlanAnswer.REFUSE;
      why = "The agent is protected: nothing of it is done";
    } else if (order.completes() != null) {
      answer = PlanAnswer.REFUSE;
      why = "Only containment itself makes orders that complete others";
    } else if (shared.policy().mode() == Mode.OBSERVE) {
      answer = PlanAnswer.SHOW;
      why += " containment.mode is observe.";
    } else if (!addsNothing(steps, record) && !isDrill(order)) {
      // What was begun before a crash is gone on with.
      boolean isFree = People.ordered(order) || record.open().contains(order.id());
      Optional<String> over =
          isFree ? Optional.empty() : shared.budget().over(order.agentId(), now);
      if (!isFree) {
        steps = withinBudget(steps, now);
      }
      if (over.isPresent()) {
        answer = PlanAnswer.ASK;
        why = over.get() + ": a person must say yes";
      } else if (shared.policy().mode() == Mode.APPROVE) {
        answer = PlanAnswer.ASK;
        why +=
            " containment.mode is approve"
                + (People.ordered(order) && !shared.policy().allowsOwn()
                    ? ": somebody else than " + order.requestedBy() + " must say yes."
                    : ".");
      }
    }
    return plan(order, "plan", now, choice.rung(), answer, why, steps);
  }

  /** What goes beyond the budget waits for people; the kill switch and the rest do not. */
  private List<PlannedStep> withinBudget(List<PlannedStep> steps, Instant now) {
    Set<String> beyond =
        shared
            .budget()
            .beyond(
                steps.stream()
                    .filter(step -> step.answer() == PlanAnswer.DO)
                    .filter(step -> shared.standing(step.fingerprint()).desk() != null)
                    .toList(),
                now);
    return steps.stream()
        .map(
            step ->
                step.answer() == PlanAnswer.DO && beyond.contains(step.fingerprint())
                    ? step.asking(
                        "containment.budget.credentials of environment "
                            + step.environment()
                            + " is used up: a person must say yes.")
                    : step)
        .toList();
  }

  /**
   * The plan of an order that enough people said yes to, without what was done before they did.
   *
   * @param record of the agent
   */
  ContainmentPlan approved(
      ContainmentOrder order, List<String> persons, AgentRecord record, Instant now) {
    Ladder.Choice choice = shared.policy().ladder().choose(order);
    return plan(
        order,
        "approved-plan",
        now,
        choice.rung(),
        PlanAnswer.DO,
        choice.why() + " Approved by " + String.join(", ", persons) + ".",
        steps(order, choice.rung(), persons).stream()
            .filter(
                step ->
                    step.rung() == Rung.REVOKE
                        || choice.rung() != Rung.REVOKE
                        || !record.isTaken(step.fingerprint(), step.rung()))
            .toList());
  }

  /**
   * The plan of one credential of an order whose provider was not known when the rest was planned.
   *
   * @param order only of this credential
   * @param wanted how far it is to be taken
   * @param isNamed whether the order named the credential
   * @param persons who said yes to the order
   */
  ContainmentPlan late(
      ContainmentOrder order, Rung wanted, boolean isNamed, List<String> persons, Instant now) {
    List<PlannedStep> steps = new ArrayList<>();
    order
        .credentials()
        .forEach(one -> add(steps, order, shared.standing(one), wanted, isNamed, persons));
    return plan(
        order,
        "late-plan",
        now,
        wanted,
        PlanAnswer.DO,
        "Its provider is known now.",
        People.of(order, persons).isEmpty() ? withinBudget(steps, now) : steps);
  }

  private static ContainmentPlan plan(
      ContainmentOrder order,
      String word,
      Instant now,
      Rung rung,
      PlanAnswer answer,
      String why,
      List<PlannedStep> steps) {
    return new ContainmentPlan(
        order.id() + ":" + word,
        now,
        order.id(),
        order.agentId(),
        rung,
        answer,
        why,
        steps,
        Extra.NONE);
  }

  /** Of what the configuration names, and nothing else; whoever wrote the order. */
  private boolean isDrill(ContainmentOrder order) {
    return Drill.isOf(order)
        && order.credentials().stream().map(shared::standing).allMatch(shared.policy()::isCanary);
  }

  private boolean addsNothing(List<PlannedStep> steps, AgentRecord record) {
    return record.isContained()
        && steps.stream()
            .filter(step -> WANTED.contains(step.answer()))
            .allMatch(
                step ->
                    record.isTaken(step.fingerprint(), step.rung())
                        && !isNewlyKnown(step.fingerprint(), record));
  }

  private boolean isNewlyKnown(String fingerprint, AgentRecord record) {
    return record.wanted().containsKey(fingerprint) && shared.standing(fingerprint).desk() != null;
  }

  private List<PlannedStep> steps(ContainmentOrder order, Rung wanted, List<String> persons) {
    if (wanted == Rung.PAUSE) {
      return List.of();
    }
    Set<String> named =
        order.credentials().stream()
            .distinct()
            .limit(MAX_NAMED)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> further =
        order.completes() != null
            ? List.of()
            : shared.holders().of(order.agentId()).stream()
                .filter(one -> !isNamed(named, one))
                .limit(MAX_FURTHER)
                .toList();
    List<PlannedStep> steps = new ArrayList<>();
    inOrder(named).forEach(one -> add(steps, order, one, wanted, true, persons));
    inOrder(further).forEach(one -> add(steps, order, one, wanted, false, persons));
    return steps;
  }

  /** An order may name a credential by the fingerprint of an earlier key. */
  private boolean isNamed(Set<String> named, String fingerprint) {
    return named.contains(fingerprint)
        || shared
            .credentials()
            .apply(fingerprint)
            .filter(one -> one.previous().stream().anyMatch(named::contains))
            .isPresent();
  }

  private List<Standing> inOrder(Iterable<String> fingerprints) {
    List<Standing> all = new ArrayList<>();
    fingerprints.forEach(one -> all.add(shared.standing(one)));
    all.sort(Comparator.comparing(standing -> !standing.environment().equals(PRODUCTION)));
    return all;
  }

  private void add(
      List<PlannedStep> steps,
      ContainmentOrder order,
      Standing standing,
      Rung wanted,
      boolean isNamed,
      List<String> persons) {
    ProviderDesk desk = standing.desk();
    String because = isNamed ? "The order names it." : "The agent used or saw it.";
    if (standing.isProtected()) {
      steps.add(refused(order, standing, wanted, "The credential is protected"));
    } else if (desk == null) {
      steps.add(cannot(order, standing, wanted, because));
    } else {
      Set<Rung> can = desk.rungs();
      List<Rung> rungs = Ladder.steps(can, wanted);
      if (rungs.isEmpty()) {
        steps.add(refused(order, standing, wanted, desk.name() + " cannot " + wanted.wireName()));
      }
      for (Rung rung : rungs) {
        String need = need(order, standing, rung, can, isNamed, persons);
        steps.add(
            step(
                order,
                standing,
                rung,
                need.isEmpty() ? PlanAnswer.DO : PlanAnswer.ASK,
                need.isEmpty() ? because : because + " " + need));
      }
    }
  }

  /** What people must first say yes to; empty for nothing. */
  private String need(
      ContainmentOrder order,
      Standing standing,
      Rung rung,
      Set<Rung> can,
      boolean isNamed,
      List<String> persons) {
    Set<String> yes = People.of(order, persons);
    boolean hasMilder = can.contains(Rung.SUSPEND);
    int needed = shared.policy().persons();
    if (rung == Rung.REVOKE
        && (hasMilder || !isNamed)
        && People.distinct(persons).size() < needed) {
      return "It cannot be taken back: " + needed + " person(s) must say yes.";
    }
    int others = shared.holders().othersThanThis(order.agentId(), standing.fingerprint()).size();
    if (others > shared.budget().others() && yes.isEmpty()) {
      return others + " other agents use it: a person must say yes.";
    }
    return "";
  }

  private PlannedStep refused(ContainmentOrder order, Standing standing, Rung rung, String why) {
    return step(order, standing, rung, PlanAnswer.REFUSE, why + ": it is not taken away");
  }

  private PlannedStep cannot(ContainmentOrder order, Standing standing, Rung rung, String because) {
    return step(
        order,
        standing,
        rung,
        PlanAnswer.CANNOT,
        because + " " + standing.unreachable(),
        standing.unreachableCode(),
        "Nothing is taken yet, so there is nothing to give back.");
  }

  private PlannedStep step(
      ContainmentOrder order, Standing standing, Rung rung, PlanAnswer answer, String why) {
    return step(
        order,
        standing,
        rung,
        answer,
        why,
        null,
        rung == Rung.REVOKE
            ? "It cannot be given back: a new one is needed."
            : "A release gives it back; sessions that were cut are gone.");
  }

  private PlannedStep step(
      ContainmentOrder order,
      Standing standing,
      Rung rung,
      PlanAnswer answer,
      String why,
      @Nullable String code,
      String undo) {
    return new PlannedStep(
        standing.fingerprint(),
        standing.name(),
        standing.provider().orElse(null),
        standing.environment(),
        rung,
        answer,
        why,
        code,
        null,
        undo,
        shared.holders().othersThanThis(order.agentId(), standing.fingerprint()).stream()
            .limit(MAX_OTHERS)
            .toList(),
        Extra.NONE);
  }
}
