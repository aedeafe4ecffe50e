package dev.countermand.containment;

import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.OrderKind;
import dev.countermand.model.PlanAnswer;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containment of one agent: what becomes of its orders. Everything is done in the agent's lane,
 * one thing after another; only calls to providers are not, so a kill switch never waits for one.
 * {@link #receive}, {@link #answered}, {@link #registered} and {@link #close} may be called from
 * any thread, the rest only in the lane.
 */
final class AgentContainment {
  private static final Logger log = LoggerFactory.getLogger(AgentContainment.class);
  private static final Duration AFTER_AN_ERROR = Duration.ofSeconds(5);

  private final Shared shared;
  private final Lane lane;
  private final Map<String, OpenOrder> open = new LinkedHashMap<>();
  private final Queue<Runnable> afterRelease = new ArrayDeque<>();
  private final TakenCredentials credentials;
  private final WaitingOrders waiting;
  private boolean isReleasing;
  private volatile AgentRecord record;
  private volatile boolean isClosed;

  AgentContainment(Shared shared, Executor threads, AgentRecord record) {
    this.shared = shared;
    this.lane = new Lane(threads);
    this.record = record;
    this.credentials = new TakenCredentials(shared, this);
    this.waiting = new WaitingOrders(shared, this);
  }

  /** Takes up what the process before this one left; its open orders come again by Kafka. */
  void resume() {
    execute(
        () -> {
          waiting.resume();
          credentials.resume();
        });
  }

  /** Takes an order; {@code finished} is run once nothing of it is left to do. */
  void receive(ContainmentOrder order, Runnable finished) {
    insist(() -> take(order, finished));
  }

  /** Takes what a person said of an order that may be waiting here. */
  void answered(Approval approval) {
    execute(() -> waiting.answered(approval.orderId()));
  }

  /** A credential was registered, maybe one that could not be taken away before. */
  void registered(String fingerprint) {
    if (record.taken().containsKey(fingerprint)) {
      execute(() -> credentials.tryAgain(fingerprint));
    }
  }

  /** Completes when nothing more is written for this agent. */
  CompletableFuture<Void> close() {
    isClosed = true;
    return lane.close();
  }

  private void take(ContainmentOrder order, Runnable finished) {
    OpenOrder known = open.get(order.id());
    if (isReleasing) {
      afterRelease.add(() -> take(order, finished));
    } else if (record.isHandled(order.id()) || record.waitingOrder(order.id()).isPresent()) {
      finished.run();
    } else if (known != null) {
      known.deliveredAgain(finished);
    } else if (order.kind() == OrderKind.RELEASE) {
      new Release(shared, this, credentials, order, finished).begin();
    } else {
      judge(order, finished);
    }
  }

  private void judge(ContainmentOrder order, Runnable finished) {
    Cause cause = Cause.of(order, now());
    ContainmentPlan plan = shared.planner().plan(order, record, now());
    if (order.kind() == OrderKind.PLAN) {
      CompletableFuture<Void> unused =
          new Preview(shared).of(plan).thenAccept(told -> show(told, finished));
      return;
    }
    switch (plan.answer()) {
      case REFUSE -> {
        shared.journal().plan(plan).run();
        report(killSwitch(cause, StepState.REFUSED, plan.reason()));
        shared
            .pager()
            .page(
                "containment-refused",
                "An order to contain was refused",
                order.agentId(),
                order.id(),
                order.actionId(),
                plan.reason() + ", though " + order.reason(),
                order.credentials());
        finished.run();
      }
      case SHOW -> {
        shared.journal().plan(plan).run();
        report(killSwitch(cause, StepState.OBSERVED, "Would contain it: " + order.reason()));
        plan.steps().forEach(step -> credentials.observe(step, cause));
        finished.run();
      }
      case ASK -> {
        shared.journal().plan(plan).run();
        if (shared.policy().mode() == Mode.ENFORCE) {
          shared
              .pager()
              .page(
                  "containment-budget",
                  "Containment waits for a person",
                  order.agentId(),
                  order.id(),
                  order.actionId(),
                  plan.reason(),
                  order.credentials());
        }
        waiting.ask(order, cause, plan.reason() + " " + order.reason(), finished);
      }
      case DO ->
          contain(plan, order, cause, order.reason() + " (" + order.requestedBy() + ")", finished);
    }
  }

  private void show(ContainmentPlan plan, Runnable finished) {
    insist(
        () -> {
          shared.journal().plan(plan).run();
          finished.run();
        });
  }

  /** Does what a plan says, and asks people for what it leaves to them. */
  void contain(
      ContainmentPlan plan, ContainmentOrder order, Cause cause, String why, Runnable finished) {
    OpenOrder opened = new OpenOrder(order, cause, finished);
    open.put(order.id(), opened);
    try {
      Runnable recorded = shared.journal().plan(plan);
      throwKillSwitch(plan.rung(), order, cause, why);
      recorded.run();
      carryOut(plan, opened);
      tellOfWhatIsLeft(order);
      settleIfDone(List.of(opened));
    } catch (RuntimeException e) {
      open.remove(order.id());
      throw e;
    }
  }

  /**
   * Does what a plan says of a credential whose provider was not known when its order was planned.
   *
   * @param order only of this credential
   * @param cause what the credential was wanted for
   */
  void takeLate(ContainmentPlan plan, ContainmentOrder order, Cause cause) {
    OpenOrder opened = new OpenOrder(order, cause, () -> {});
    shared.journal().plan(plan).run();
    carryOut(plan, opened);
    settleIfDone(List.of(opened));
  }

  private void carryOut(ContainmentPlan plan, OpenOrder opened) {
    plan.steps().stream()
        .filter(step -> step.answer() != PlanAnswer.ASK)
        .forEach(step -> credentials.take(step, opened));
    waiting.askForTheRest(opened.order(), plan);
  }

  private void tellOfWhatIsLeft(ContainmentOrder order) {
    int left = order.credentials().size() - Planner.MAX_NAMED;
    if (left > 0) {
      shared
          .pager()
          .page(
              "containment-left",
              "A credential was not taken away",
              order.agentId(),
              order.id(),
              order.actionId(),
              left + " of the credentials that the order names are not taken: order them again",
              List.of());
    }
  }

  /** Whether an order is being carried out. */
  boolean isOpen(String orderId) {
    return open.containsKey(orderId);
  }

  /**
   * How far an order takes the processes of the agent. To end them cannot be taken back, so only a
   * person orders that, in so many words: what is approved later is about credentials.
   */
  private static Rung ofProcesses(Rung rung, ContainmentOrder order) {
    boolean ends =
        order.rung() == Rung.REVOKE && order.completes() == null && People.ordered(order);
    return rung == Rung.REVOKE && !ends ? Rung.SUSPEND : rung;
  }

  private void throwKillSwitch(Rung rung, ContainmentOrder order, Cause cause, String why) {
    if (record.open().contains(order.id())) {
      return;
    }
    Rung processes = ofProcesses(rung, order);
    String where = "the kill switch is on since " + record.state().time();
    if (!record.isContained()) {
      // Sent before the state and not waited for: the switch is to be on as soon as can be.
      Runnable requested = begin(killSwitch(cause, StepState.REQUESTED, why));
      where =
          save(
              record
                  .with(ContainmentStatus.CONTAINED, now(), order.id(), order.reason())
                  .atLeast(processes));
      shared.budget().contained(record.agentId(), now());
      requested.run();
    } else if (!record.atLeast(processes).equals(record)) {
      save(record.atLeast(processes));
    }
    report(killSwitch(cause, StepState.VERIFIED, why).withProof(where));
    remember(record.opened(order.id()));
  }

  Report killSwitch(Cause cause, StepState state, String reason) {
    return Report.agent(cause, record.agentId(), Step.KILL_SWITCH, state, reason);
  }

  /** Finishes the orders that wait for no credential any more, and saves the record. */
  void settleIfDone(List<OpenOrder> orders) {
    List<OpenOrder> done = orders.stream().filter(OpenOrder::isSettled).toList();
    AgentRecord next = record;
    for (OpenOrder order : done) {
      next = next.done(order.order().id());
    }
    save(next);
    for (OpenOrder order : done) {
      open.remove(order.order().id());
      order.finish();
    }
  }

  /** Nothing else is begun until {@link #released}. */
  void beginRelease() {
    isReleasing = true;
  }

  /** Takes up what came meanwhile. */
  void released() {
    isReleasing = false;
    List<Runnable> waited = List.copyOf(afterRelease);
    afterRelease.clear();
    waited.forEach(this::insist);
  }

  /** Whether what was taken from the agent is to stay taken, and this process may see to it. */
  boolean holdsCredentials() {
    return record.isContained()
        && !isReleasing
        && record.release() == null
        && shared.policy().mode() != Mode.OBSERVE;
  }

  AgentRecord record() {
    return record;
  }

  Instant now() {
    return shared.journal().now();
  }

  boolean isClosed() {
    return isClosed;
  }

  void report(Report report) {
    begin(report).run();
  }

  private Runnable begin(Report report) {
    if (isClosed) {
      throw new CancellationException("the agent is another process's now");
    }
    return shared.journal().begin(report);
  }

  /** Keeps the record; it is written with the next one that is saved. */
  void remember(AgentRecord next) {
    record = next;
  }

  /** Writes the record; returns where it stands. */
  String save(AgentRecord next) {
    if (isClosed) {
      throw new CancellationException("the agent is another process's now");
    }
    record = next;
    return shared.journal().write(next);
  }

  CompletableFuture<Void> run(Runnable task) {
    return lane.run(task);
  }

  void execute(Runnable task) {
    CompletableFuture<Void> unused = lane.run(task);
  }

  /** Runs a task that must not get lost: after an error nobody foresaw it is run again. */
  void insist(Runnable task) {
    CompletableFuture<Void> unused =
        lane.run(task)
            .whenComplete(
                (x, error) -> {
                  if (error != null && !(error instanceof CancellationException)) {
                    later(AFTER_AN_ERROR, () -> insist(task));
                  }
                });
  }

  void later(Duration delay, Runnable task) {
    if (!isClosed) {
      ScheduledFuture<?> unused =
          shared.timer().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
