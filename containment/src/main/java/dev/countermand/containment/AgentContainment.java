package dev.countermand.containment;

import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  /** Orders of one agent that may wait for a person; the first that is approved stops it. */
  static final int MAX_WAITING = 64;

  // All that wait stand in one record of the agent.
  private static final int MAX_WAITING_BYTES = Topics.MAX_RECORD_BYTES / (2 * MAX_WAITING);

  private static final Logger log = LoggerFactory.getLogger(AgentContainment.class);
  private static final Duration AFTER_AN_ERROR = Duration.ofSeconds(5);

  private final Shared shared;
  private final Lane lane;
  private final Map<String, OpenOrder> open = new LinkedHashMap<>();
  private final Queue<Runnable> afterRelease = new ArrayDeque<>();
  private final TakenCredentials credentials;
  private boolean isReleasing;
  private volatile AgentRecord record;
  private volatile boolean isClosed;

  AgentContainment(Shared shared, Executor threads, AgentRecord record) {
    this.shared = shared;
    this.lane = new Lane(threads);
    this.record = record;
    this.credentials = new TakenCredentials(shared, this);
  }

  /** Takes up what the process before this one left; its open orders come again by Kafka. */
  void resume() {
    execute(
        () -> {
          record.waiting().forEach(o -> shared.approvals().of(o.id()).ifPresent(this::answered));
          credentials.resume();
        });
  }

  /** Takes an order; {@code finished} is run once nothing of it is left to do. */
  void receive(ContainmentOrder order, Runnable finished) {
    insist(() -> take(order, finished));
  }

  /** Takes what a person said of an order that may be waiting here. */
  void answered(Approval approval) {
    execute(
        () -> {
          Optional<ContainmentOrder> order = record.waitingOrder(approval.orderId());
          if (order.isPresent() && !open.containsKey(approval.orderId())) {
            decide(order.get(), approval, () -> {});
          }
        });
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
    if (shared.policy().protectsAgent(order.agentId())) {
      log.warn("Agent {} is protected: order {} is refused", order.agentId(), order.id());
      report(killSwitch(cause, StepState.REFUSED, "The agent is protected: nothing of it is done"));
      finished.run();
    } else if (shared.policy().mode() == Mode.OBSERVE) {
      report(killSwitch(cause, StepState.OBSERVED, "Would contain it: " + order.reason()));
      new LinkedHashSet<>(order.credentials()).forEach(f -> credentials.observe(f, cause));
      finished.run();
    } else if (shared.policy().mode() == Mode.ENFORCE || addsNothing(order)) {
      contain(order, cause, order.reason() + " (" + order.requestedBy() + ")", finished);
    } else {
      Optional<Approval> approval =
          shared.approvals().of(order.id()).filter(a -> a.decision() != Decision.ASK);
      approval.ifPresentOrElse(
          answer -> decide(order, answer, finished), () -> ask(order, cause, finished));
    }
  }

  private boolean addsNothing(ContainmentOrder order) {
    return record.isContained() && record.taken().keySet().containsAll(order.credentials());
  }

  private static boolean isTooLargeToWait(ContainmentOrder order) {
    return ContainmentOrder.CODEC.encode(order).length > MAX_WAITING_BYTES;
  }

  private void ask(ContainmentOrder order, Cause cause, Runnable finished) {
    if (record.waiting().size() >= MAX_WAITING || isTooLargeToWait(order)) {
      report(
          killSwitch(
              cause,
              StepState.FAILED,
              "Too much of this agent waits already: approve or deny what waits"));
    } else {
      report(killSwitch(cause, StepState.AWAITING_APPROVAL, order.reason()));
      AgentRecord waiting = record.waitingFor(order);
      save(
          record.isContained()
              ? waiting
              : waiting.with(
                  ContainmentStatus.AWAITING_APPROVAL, now(), order.id(), order.reason()));
    }
    finished.run();
    // It may have come while the order was not waiting yet.
    shared.approvals().of(order.id()).ifPresent(this::answered);
  }

  private void decide(ContainmentOrder order, Approval approval, Runnable finished) {
    Cause cause = Cause.of(order, now());
    String by = " by " + approval.by() + ": " + approval.reason();
    if (shared.policy().mode() == Mode.OBSERVE) {
      log.warn("Order {} is approved{}, but the mode is observe: it waits", order.id(), by);
    } else if (approval.decision() == Decision.ALLOW) {
      contain(order, cause, "Approved" + by, finished);
    } else if (approval.decision() == Decision.DENY) {
      report(killSwitch(cause, StepState.REFUSED, "Denied" + by));
      AgentRecord denied = record.done(order.id());
      boolean isFree = !record.isContained() && denied.waiting().isEmpty();
      save(
          isFree
              ? denied.with(ContainmentStatus.RELEASED, now(), order.id(), "Denied" + by)
              : denied);
      finished.run();
    }
  }

  private void contain(ContainmentOrder order, Cause cause, String why, Runnable finished) {
    OpenOrder opened = new OpenOrder(order, cause, finished);
    open.put(order.id(), opened);
    try {
      throwKillSwitch(order, cause, why);
      new LinkedHashSet<>(order.credentials()).forEach(f -> credentials.take(f, opened));
      settleIfDone(List.of(opened));
    } catch (RuntimeException e) {
      open.remove(order.id());
      throw e;
    }
  }

  private void throwKillSwitch(ContainmentOrder order, Cause cause, String why) {
    if (record.open().contains(order.id())) {
      return;
    }
    String where = "the kill switch is on since " + record.state().time();
    if (!record.isContained()) {
      report(killSwitch(cause, StepState.REQUESTED, why));
      where = save(record.with(ContainmentStatus.CONTAINED, now(), order.id(), order.reason()));
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

  boolean isReleasing() {
    return isReleasing;
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
    if (isClosed) {
      throw new CancellationException("the agent is another process's now");
    }
    shared.journal().report(report);
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
