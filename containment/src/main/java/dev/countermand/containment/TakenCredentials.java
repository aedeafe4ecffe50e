package dev.countermand.containment;

import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Rung;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of one agent that are being taken away, are dead, or could not be killed yet.
 * Confined to the agent's lane.
 */
final class TakenCredentials {
  /** Credentials nobody registered that are remembered, in case somebody does. */
  static final int MAX_UNREGISTERED = 1_000;

  /** The provider of a credential that has none. */
  static final String NO_PROVIDER = "none";

  private static final Logger log = LoggerFactory.getLogger(TakenCredentials.class);

  private final Shared shared;
  private final AgentContainment agent;
  private final Map<String, Revocation> running = new HashMap<>();
  private final Map<String, List<Further>> afterwards = new HashMap<>();
  private final CredentialReports reports;
  private final WaysBack waysBack;
  private final TryingAgain tryingAgain;
  private final Reassertion reassertion;

  /** A step that goes further than the one which runs. */
  private record Further(PlannedStep step, ProviderDesk desk, OpenOrder order) {}

  TakenCredentials(Shared shared, AgentContainment agent) {
    this.shared = shared;
    this.agent = agent;
    this.reports = new CredentialReports(shared, agent);
    this.waysBack = new WaysBack(shared, agent);
    this.tryingAgain = new TryingAgain(shared, agent, this);
    this.reassertion = new Reassertion(shared, agent, this);
  }

  /** Says what would be done. */
  void observe(PlannedStep step, Cause cause) {
    reports.observed(step, cause);
  }

  /** Takes a credential of an order away; the order waits for it where that takes time. */
  void take(PlannedStep planned, OpenOrder order) {
    PlannedStep step = notMilder(planned);
    Cause cause = order.cause();
    String fingerprint = step.fingerprint();
    Standing standing = shared.standing(fingerprint);
    ProviderDesk desk = standing.desk();
    TakenCredential dead = dead(step);
    if (step.answer() == PlanAnswer.REFUSE || standing.isProtected()) {
      reports.refused(step, cause);
    } else if (dead != null && (desk == null || reassertion.isLookingAt(dead))) {
      reports.deadAlready(dead, fingerprint, cause);
    } else if (desk == null) {
      cannot(step, order, standing);
    } else {
      shared.budget().taken(fingerprint, agent.now());
      agent.remember(agent.record().decided(fingerprint));
      // One that was dead, and is not looked at any more, may have come back.
      revoke(dead == null ? step : step.to(dead.rung()), desk, order);
    }
  }

  /** What was proved dead, at least as far as a step wants it. */
  private @Nullable TakenCredential dead(PlannedStep step) {
    TakenCredential known = waysBack.own(step.fingerprint());
    return known != null
            && known.state() == StepState.VERIFIED
            && known.rung().compareTo(step.rung()) >= 0
        ? known
        : null;
  }

  /** What was begun harder and is not done yet is gone on with. */
  private PlannedStep notMilder(PlannedStep step) {
    TakenCredential known = waysBack.own(step.fingerprint());
    return known != null
            && TryingAgain.isUnsettled(known)
            && !known.prior().isEmpty()
            && known.rung().compareTo(step.rung()) > 0
        ? step.to(known.rung())
        : step;
  }

  private void revoke(PlannedStep step, ProviderDesk desk, OpenOrder order) {
    String fingerprint = step.fingerprint();
    Revocation known = running.get(fingerprint);
    if (known != null && known.rung().compareTo(step.rung()) >= 0) {
      known.attach(order);
    } else if (known != null) {
      order.waitFor(fingerprint);
      afterwards
          .computeIfAbsent(fingerprint, one -> new ArrayList<>())
          .add(new Further(step, desk, order));
    } else {
      Revocation fresh = revocation(fingerprint, desk, step.rung());
      fresh.attach(order);
      start(fresh);
    }
  }

  /** Goes on with a credential for what it was first taken away for. */
  void goOn(String fingerprint, ProviderDesk desk, Rung rung) {
    Revocation again = revocation(fingerprint, desk, rung);
    again.because(agent.record().causeOf(fingerprint));
    start(again);
  }

  private Revocation revocation(String fingerprint, ProviderDesk desk, Rung rung) {
    Revocation fresh =
        new Revocation(agent, this, waysBack, desk, shared.target(fingerprint).to(rung));
    running.put(fingerprint, fresh);
    return fresh;
  }

  private void start(Revocation fresh) {
    String fingerprint = fresh.fingerprint();
    fresh.start(waysBack.prior(fingerprint), waysBack.isKnown(fingerprint, fresh.rung()));
  }

  /** Whether a credential is being taken away. */
  boolean isRunning(String fingerprint) {
    return running.containsKey(fingerprint);
  }

  private void cannot(PlannedStep step, OpenOrder order, Standing standing) {
    String fingerprint = step.fingerprint();
    log.warn(
        "Credential {} of agent {}: {}",
        fingerprint,
        agent.record().agentId(),
        standing.unreachable());
    reports.unreachable(standing, order.cause());
    AgentRecord record = agent.record();
    TakenCredential known = record.taken().get(fingerprint);
    if (known == null && record.taken().size() >= MAX_UNREGISTERED) {
      return;
    }
    Rung rung =
        known == null || known.rung().compareTo(step.rung()) < 0 ? step.rung() : known.rung();
    Map<String, String> prior = known == null ? Map.of() : known.prior();
    AgentRecord next =
        record.with(
            new TakenCredential(
                fingerprint,
                standing.provider().orElse(NO_PROVIDER),
                StepState.FAILED,
                rung,
                prior,
                Extra.NONE),
            order.cause());
    agent.remember(prior.isEmpty() ? next.wanting(fingerprint, wanted(order, fingerprint)) : next);
    tryingAgain.later(fingerprint);
  }

  private Wanted wanted(OpenOrder order, String fingerprint) {
    Wanted now =
        new Wanted(order.order().requestedBy(), order.order().credentials().contains(fingerprint));
    Wanted before = agent.record().wanted().get(fingerprint);
    return before == null ? now : before.and(now);
  }

  /** A revocation has ended. */
  void settled(Revocation ended, TakenCredential taken, Cause cause) {
    String fingerprint = ended.fingerprint();
    running.remove(fingerprint);
    agent.remember(agent.record().with(taken, cause));
    if (taken.state() == StepState.VERIFIED) {
      tryingAgain.forget(fingerprint);
      reassertion.begin(fingerprint);
    }
    List<OpenOrder> orders = ended.orders();
    orders.forEach(order -> order.settled(fingerprint));
    // An order that goes further begins where this one ended.
    List<Further> further = afterwards.remove(fingerprint);
    if (further != null) {
      further.forEach(next -> revoke(next.step(), next.desk(), next.order()));
    }
    agent.settleIfDone(orders);
  }

  /**
   * A credential that was proved dead works again: it is told, and taken away again.
   *
   * @param seen what shows that it works
   */
  void cameBack(TakenCredential known, String seen) {
    Cause cause = agent.record().causeOf(known.fingerprint()).cameBack(agent.now());
    reports.cameBack(known, seen, cause);
    agent.save(agent.record().with(known.to(StepState.FAILED), cause));
    tryingAgain.now(known.fingerprint());
  }

  /** Takes up what the process before this one, or a release that failed, left. */
  void resume() {
    tryingAgain.resume();
    reassertion.resume();
  }

  /** Tries a credential again now, unless it is dead, given back or being taken away. */
  void tryAgain(String fingerprint) {
    tryingAgain.now(fingerprint);
  }

  /** Tries a credential again after a pause that grows each time. */
  void tryAgainLater(String fingerprint) {
    tryingAgain.later(fingerprint);
  }

  /** Leaves a credential that its provider, as it is configured now, cannot take away. */
  void leave(TakenCredential known, ProviderDesk desk) {
    Cause cause = agent.record().causeOf(known.fingerprint());
    reports.cannot(known, desk, cause);
    agent.save(agent.record().with(known.to(StepState.REFUSED), cause));
  }

  /** Ends what runs, after the calls that are under way. */
  CompletableFuture<Void> cancel() {
    reassertion.end();
    List<OpenOrder> dropped = new ArrayList<>();
    afterwards.forEach(
        (fingerprint, further) ->
            further.forEach(
                next -> {
                  next.order().settled(fingerprint);
                  dropped.add(next.order());
                }));
    afterwards.clear();
    agent.settleIfDone(dropped.stream().distinct().toList());
    return CompletableFuture.allOf(
        running.values().stream().map(Revocation::cancel).toArray(CompletableFuture[]::new));
  }
}
