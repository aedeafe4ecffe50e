package dev.countermand.containment;

import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an agent act again: first each credential that can be given back, then the kill switch. When
 * a credential cannot be given back though it should, the agent stays contained.
 */
final class Release {
  private static final Logger log = LoggerFactory.getLogger(Release.class);

  private final Shared shared;
  private final AgentContainment agent;
  private final TakenCredentials credentials;
  private final ContainmentOrder order;
  private final Runnable finished;
  private final Cause cause;
  private final List<String> notRestored = new ArrayList<>();

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
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (TakenCredential taken : agent.record().taken().values()) {
      Optional<TakenCredential> elsewhere =
          shared.takenElsewhere(agent.record().agentId(), taken.fingerprint());
      if (taken.prior().isEmpty()) {
        agent.remember(agent.record().without(taken.fingerprint()));
      } else if (elsewhere.isPresent() && !isKnownThere(taken, elsewhere.get())) {
        failed(
            taken,
            "Another contained agent has this credential, and less was taken for it: release that"
                + " agent first");
      } else if (elsewhere.isPresent()) {
        agent.report(
            restore(
                taken,
                StepState.REFUSED,
                "Another contained agent has this credential, too: it stays taken away"));
        agent.remember(agent.record().without(taken.fingerprint()));
      } else {
        all.add(restore(taken));
      }
    }
    inLane(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)), this::conclude);
  }

  /** Whether the release of the other agent will give back all that was taken for this one. */
  private static boolean isKnownThere(TakenCredential taken, TakenCredential elsewhere) {
    return elsewhere.prior().keySet().containsAll(taken.prior().keySet());
  }

  private CompletableFuture<Void> restore(TakenCredential taken) {
    ProviderDesk desk = shared.providers().get(taken.provider());
    if (desk == null) {
      failed(
          taken,
          "Provider "
              + taken.provider()
              + " is not configured any more. Add it under containment.providers.");
      return CompletableFuture.completedFuture(null);
    }
    agent.report(restore(taken, StepState.REQUESTED, "Giving it back at " + taken.provider()));
    Target target = shared.target(taken.fingerprint());
    return desk.call(new Attempts(), revoker -> revoker.undo(target, taken.prior()))
        .handle((restoration, error) -> (Runnable) () -> restored(taken, restoration, error))
        .thenCompose(agent::run);
  }

  private void restored(
      TakenCredential taken, @Nullable Restoration restoration, @Nullable Throwable error) {
    if (restoration == null) {
      failed(
          taken,
          String.valueOf(
              ProviderDesk.safe(error == null ? new IllegalStateException() : error).getMessage()));
    } else if (restoration.result() == Restoration.Result.RESTORED) {
      agent.report(
          restore(taken, StepState.VERIFIED, "It is as it was before")
              .withProof(restoration.detail()));
      agent.save(agent.record().without(taken.fingerprint()));
    } else {
      agent.report(restore(taken, StepState.FAILED, restoration.detail()));
      agent.save(agent.record().without(taken.fingerprint()));
    }
  }

  private void failed(TakenCredential taken, String why) {
    notRestored.add(taken.fingerprint());
    log.warn("Credential {} cannot be given back: {}", taken.fingerprint(), why);
    agent.report(restore(taken, StepState.FAILED, why));
  }

  private void conclude() {
    if (notRestored.isEmpty()) {
      String where =
          agent.save(
              agent
                  .record()
                  .with(ContainmentStatus.RELEASED, agent.now(), order.id(), order.reason()));
      agent.report(release(StepState.VERIFIED, by()).withProof(where));
      agent.save(withoutWaiting(agent.record()).done(order.id()));
      log.info("Agent {} is released {}", order.agentId(), by());
    } else {
      agent.report(
          release(
              StepState.FAILED,
              notRestored.size()
                  + " credential(s) could not be given back: the agent stays contained. Order the"
                  + " release again when the provider answers."));
      agent.save(agent.record().done(order.id()));
      credentials.resume();
    }
    finished.run();
    agent.released();
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

  private Report restore(TakenCredential taken, StepState state, String reason) {
    return Report.credential(
            cause,
            order.agentId(),
            Step.RESTORE,
            state,
            taken.fingerprint(),
            taken.provider(),
            reason)
        .withPrior(taken.prior());
  }
}
