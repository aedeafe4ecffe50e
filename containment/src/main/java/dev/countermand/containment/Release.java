package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an agent act again: first each credential that can be given back, then the kill switch. When
 * a credential cannot be given back though it should, the agent stays contained.
 */
final class Release {
  /** Credentials of one kind that are named in the outcome; each has an outcome of its own. */
  private static final int MAX_NAMES = 10;

  private static final Logger log = LoggerFactory.getLogger(Release.class);

  private final Shared shared;
  private final AgentContainment agent;
  private final TakenCredentials credentials;
  private final ContainmentOrder order;
  private final Runnable finished;
  private final Cause cause;
  private final List<GivingBack> all = new ArrayList<>();

  Release(
      Shared shared,
      AgentContainment agent,
      TakenCredentials credentials,
      ContainmentOrder order,
      Runnable finished) {
    this.shared = shared;
    this.agent = agent;
    this.credentials = credentials;
    this.order = order;
    this.finished = finished;
    this.cause = Cause.of(order, agent.now());
  }

  void begin() {
    AgentRecord record = agent.record();
    if (!People.ordered(order) && !Drill.isOf(order)) {
      log.warn("Release order {} names no person: it is refused", order.id());
      agent.report(release(StepState.REFUSED, "Only a person can release an agent"));
      finished.run();
    } else if (!record.isContained() && record.waiting().isEmpty()) {
      agent.report(release(StepState.VERIFIED, by()).withProof("the agent was not contained"));
      agent.save(record.done(order.id()));
      finished.run();
    } else {
      agent.report(release(StepState.REQUESTED, by()));
      agent.beginRelease();
      inLane(credentials.cancel(), this::restoreAll);
    }
  }

  private void restoreAll() {
    AgentRecord begun = agent.record().releasing(order.id());
    // What was never begun has no way back, and needs none.
    for (TakenCredential taken : agent.record().taken().values()) {
      if (taken.prior().isEmpty()) {
        begun = begun.without(taken.fingerprint());
      }
    }
    agent.save(begun);
    begun
        .taken()
        .values()
        .forEach(taken -> all.add(new GivingBack(shared, agent, order, cause, taken)));
    inLane(
        CompletableFuture.allOf(
            all.stream().map(GivingBack::begin).toArray(CompletableFuture[]::new)),
        this::conclude);
  }

  private void conclude() {
    long notRestored = all.stream().filter(one -> one.result() == GivingBack.Result.FAILED).count();
    if (notRestored == 0) {
      String where =
          agent.save(
              agent
                  .record()
                  .with(ContainmentStatus.RELEASED, agent.now(), order.id(), order.reason()));
      agent.report(release(StepState.VERIFIED, by() + summary()).withProof(where));
      agent.save(withoutWaiting(agent.record()).done(order.id()));
      log.info("Agent {} is released {}", order.agentId(), by());
    } else {
      agent.report(
          release(
              StepState.FAILED,
              notRestored
                  + " credential(s) could not be given back: the agent stays contained. Order the"
                  + " release again when the provider answers. It was ordered "
                  + by()
                  + summary()));
      agent.save(agent.record().releasing(null).done(order.id()));
      credentials.resume();
    }
    finished.run();
    agent.released();
  }

  /** What was given back and what was not, by name. */
  private String summary() {
    Map<GivingBack.Result, List<String>> names =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    GivingBack::result,
                    TreeMap::new,
                    Collectors.mapping(GivingBack::name, Collectors.toList())));
    return names.isEmpty()
        ? ". No credential was taken away"
        : names.entrySet().stream()
            .map(one -> one.getKey().words() + ": " + list(one.getValue()))
            .collect(Collectors.joining("; ", ". Credentials ", ""));
  }

  private static String list(List<String> names) {
    int more = names.size() - MAX_NAMES;
    return names.stream().sorted().limit(MAX_NAMES).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }

  // They were ordered for what the agent did before a person trusted it again.
  private AgentRecord withoutWaiting(AgentRecord record) {
    AgentRecord rest = record;
    for (AgentRecord.Waiting one : record.waiting()) {
      ContainmentOrder waiting = one.order();
      agent.report(
          agent.killSwitch(Cause.of(waiting, agent.now()), StepState.REFUSED, "Released " + by()));
      rest = rest.done(waiting.id());
    }
    return rest;
  }

  private void inLane(CompletableFuture<Void> before, Runnable next) {
    CompletableFuture<Void> unused = before.whenComplete((x, error) -> agent.insist(next));
  }

  private String by() {
    return "by " + order.requestedBy() + ": " + order.reason();
  }

  private Report release(StepState state, String reason) {
    return Report.agent(cause, order.agentId(), Step.RELEASE, state, reason);
  }
}
