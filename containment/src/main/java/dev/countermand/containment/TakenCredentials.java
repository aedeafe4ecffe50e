package dev.countermand.containment;

import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of one agent that are being taken away, are dead, or could not be killed yet. The
 * last are tried again until they are dead or the agent is released. Confined to the agent's lane.
 */
final class TakenCredentials {
  /** Credentials nobody registered that are remembered, in case somebody does. */
  static final int MAX_UNREGISTERED = 1_000;

  /** The provider of a credential that has none. */
  static final String NO_PROVIDER = "none";

  private static final Logger log = LoggerFactory.getLogger(TakenCredentials.class);
  private static final Duration AFTER_A_START = Duration.ofSeconds(1);

  private final Shared shared;
  private final AgentContainment agent;
  private final Map<String, Revocation> running = new HashMap<>();
  private final Map<String, List<Further>> afterwards = new HashMap<>();
  private final Map<String, Integer> triedAgain = new HashMap<>();

  /** A step that goes further than the one which runs. */
  private record Further(PlannedStep step, ProviderDesk desk, OpenOrder order) {}

  TakenCredentials(Shared shared, AgentContainment agent) {
    this.shared = shared;
    this.agent = agent;
  }

  /** Says what would be done. */
  void observe(PlannedStep step, Cause cause) {
    Standing standing = shared.standing(step.fingerprint());
    if (step.answer() == PlanAnswer.REFUSE) {
      refuse(step, cause);
    } else if (step.provider() == null) {
      agent.report(
          report(cause, StepState.FAILED, step.fingerprint(), null, standing.unreachable()));
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

  /** Takes a credential of an order away; the order waits for it where that takes time. */
  void take(PlannedStep planned, OpenOrder order) {
    PlannedStep step = notMilder(planned);
    Cause cause = order.cause();
    String fingerprint = step.fingerprint();
    Standing standing = shared.standing(fingerprint);
    ProviderDesk desk = standing.desk();
    TakenCredential known = taken(fingerprint);
    if (step.answer() == PlanAnswer.REFUSE || standing.isProtected()) {
      refuse(step, cause);
    } else if (known != null
        && known.state() == StepState.VERIFIED
        && known.rung().compareTo(step.rung()) >= 0) {
      String before =
          "It is dead already, by order " + agent.record().causeOf(known.fingerprint()).orderId();
      agent.report(
          report(cause, StepState.VERIFIED, fingerprint, known.provider(), before)
              .to(known.rung()));
    } else if (desk == null) {
      cannot(
          fingerprint,
          standing.provider().orElse(NO_PROVIDER),
          step.rung(),
          cause,
          standing.unreachable());
    } else {
      shared.budget().taken(fingerprint, agent.now());
      revoke(step, desk, order);
    }
  }

  /** What was begun harder and is not done yet is gone on with. */
  private PlannedStep notMilder(PlannedStep step) {
    TakenCredential known = taken(step.fingerprint());
    return known != null
            && isUnsettled(known)
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
      Revocation fresh =
          new Revocation(agent, this, desk, shared.target(fingerprint).to(step.rung()));
      running.put(fingerprint, fresh);
      fresh.attach(order);
      fresh.start(knownPrior(fingerprint), isLookedAt(fingerprint, step.rung()));
    }
  }

  /** Whether the way back from a rung is known already; a harder rung takes not all of a milder. */
  private boolean isLookedAt(String fingerprint, Rung rung) {
    TakenCredential own = taken(fingerprint);
    Optional<TakenCredential> known =
        own != null && !own.prior().isEmpty()
            ? Optional.of(own)
            : shared.takenElsewhere(agent.record().agentId(), fingerprint);
    return known
        .map(
            one ->
                one.prior().containsKey(Revocation.RUNGS)
                    ? List.of(one.prior().get(Revocation.RUNGS).split(" "))
                        .contains(rung.wireName())
                    : one.rung() == rung)
        .orElse(false);
  }

  /** What was taken from the agent, by this fingerprint or by one that an earlier key made. */
  private @Nullable TakenCredential taken(String fingerprint) {
    Map<String, TakenCredential> taken = agent.record().taken();
    TakenCredential own = taken.get(fingerprint);
    return own != null
        ? own
        : shared
            .credentials()
            .apply(fingerprint)
            .flatMap(
                credential ->
                    credential.previous().stream()
                        .filter(taken::containsKey)
                        .findFirst()
                        .map(taken::get))
            .orElse(null);
  }

  // Looking again after the credential was taken away would overwrite the way back.
  private Map<String, String> knownPrior(String fingerprint) {
    TakenCredential own = taken(fingerprint);
    return own != null && !own.prior().isEmpty()
        ? own.prior()
        : shared
            .takenElsewhere(agent.record().agentId(), fingerprint)
            .map(TakenCredential::prior)
            .orElse(Map.of());
  }

  private void refuse(PlannedStep step, Cause cause) {
    agent.report(
        report(cause, StepState.REFUSED, step.fingerprint(), step.provider(), step.reason())
            .to(step.rung()));
    page(cause, step.fingerprint(), step.name() + ": " + step.reason());
  }

  private void page(Cause cause, String fingerprint, String why) {
    shared
        .pager()
        .page(
            "containment-left",
            "A credential was not taken away",
            agent.record().agentId(),
            cause.orderId() + ":" + fingerprint,
            null,
            why,
            List.of(fingerprint));
  }

  private void cannot(String fingerprint, String provider, Rung rung, Cause cause, String why) {
    log.warn("Credential {} of agent {}: {}", fingerprint, agent.record().agentId(), why);
    agent.report(
        report(
            cause,
            StepState.FAILED,
            fingerprint,
            provider.equals(NO_PROVIDER) ? null : provider,
            why));
    AgentRecord record = agent.record();
    if (record.taken().containsKey(fingerprint) || record.taken().size() < MAX_UNREGISTERED) {
      TakenCredential known = record.taken().get(fingerprint);
      agent.remember(
          record.with(
              new TakenCredential(
                  fingerprint,
                  provider,
                  StepState.FAILED,
                  known == null || known.rung().compareTo(rung) < 0 ? rung : known.rung(),
                  known == null ? Map.of() : known.prior(),
                  Extra.NONE),
              cause));
      tryAgainLater(fingerprint);
    }
  }

  /** A revocation has ended. */
  void settled(Revocation ended, TakenCredential taken, Cause cause) {
    String fingerprint = ended.fingerprint();
    running.remove(fingerprint);
    if (taken.state() == StepState.VERIFIED) {
      triedAgain.remove(fingerprint);
    }
    agent.remember(agent.record().with(taken, cause));
    List<OpenOrder> orders = ended.orders();
    orders.forEach(order -> order.settled(fingerprint));
    // An order that goes further begins where this one ended.
    List<Further> further = afterwards.remove(fingerprint);
    if (further != null) {
      further.forEach(next -> revoke(next.step(), next.desk(), next.order()));
    }
    agent.settleIfDone(orders);
  }

  /** Takes up what the process before this one left. */
  void resume() {
    agent.record().taken().values().stream()
        .filter(TakenCredentials::isUnsettled)
        .forEach(taken -> schedule(taken.fingerprint(), AFTER_A_START));
  }

  /** Tries a credential again after a pause that grows each time. */
  void tryAgainLater(String fingerprint) {
    int times = triedAgain.merge(fingerprint, 1, Integer::sum);
    schedule(fingerprint, shared.pacing().again(times - 1));
  }

  private void schedule(String fingerprint, Duration delay) {
    long jittered = (long) (delay.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
    agent.later(Duration.ofMillis(jittered), () -> agent.execute(() -> tryAgain(fingerprint)));
  }

  /** Tries a credential again now, unless it is dead, given back or being taken away. */
  void tryAgain(String fingerprint) {
    TakenCredential known = agent.record().taken().get(fingerprint);
    if (!agent.record().isContained()
        || agent.isReleasing()
        || shared.policy().mode() == Mode.OBSERVE
        || known == null
        || !isUnsettled(known)
        || running.containsKey(fingerprint)) {
      return;
    }
    Standing standing = shared.standing(fingerprint);
    ProviderDesk desk = standing.desk();
    if (standing.isProtected()) {
      return;
    }
    if (desk == null) {
      tryAgainLater(fingerprint);
      return;
    }
    List<Rung> rungs =
        known.prior().isEmpty() && !desk.rungs().contains(known.rung())
            ? Ladder.steps(desk.rungs(), known.rung())
            : List.of(known.rung());
    if (rungs.isEmpty()) {
      leave(known, desk);
      return;
    }
    Rung rung =
        known.prior().isEmpty()
                && desk.rungs().contains(Rung.SUSPEND)
                && known.rung() == Rung.REVOKE
            ? Rung.SUSPEND
            : rungs.get(0);
    Revocation again = new Revocation(agent, this, desk, shared.target(fingerprint).to(rung));
    running.put(fingerprint, again);
    again.because(agent.record().causeOf(fingerprint));
    again.start(knownPrior(fingerprint), isLookedAt(fingerprint, rung));
  }

  // Its provider was not known when it was first wanted, and can do nothing of that.
  private void leave(TakenCredential known, ProviderDesk desk) {
    Cause cause = agent.record().causeOf(known.fingerprint());
    String why =
        desk.name() + " cannot " + known.rung().wireName() + ": the credential is not taken away";
    agent.report(
        report(cause, StepState.REFUSED, known.fingerprint(), desk.name(), why).to(known.rung()));
    agent.save(
        agent
            .record()
            .with(
                new TakenCredential(
                    known.fingerprint(),
                    desk.name(),
                    StepState.REFUSED,
                    known.rung(),
                    known.prior(),
                    Extra.NONE),
                cause));
    page(cause, known.fingerprint(), why);
  }

  /** Ends what runs, after the calls that are under way. */
  CompletableFuture<Void> cancel() {
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

  private static boolean isUnsettled(TakenCredential taken) {
    return switch (taken.state()) {
      case REQUESTED, ACCEPTED, FAILED -> true;
      case VERIFIED, OBSERVED, AWAITING_APPROVAL, REFUSED -> false;
    };
  }

  private Report report(
      Cause cause, StepState state, String fingerprint, @Nullable String provider, String reason) {
    return Report.credential(
        cause, agent.record().agentId(), Step.REVOKE, state, fingerprint, provider, reason);
  }
}
