package dev.countermand.containment;

import dev.countermand.model.Credential;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.time.Duration;
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
  private final Map<String, Integer> triedAgain = new HashMap<>();

  TakenCredentials(Shared shared, AgentContainment agent) {
    this.shared = shared;
    this.agent = agent;
  }

  /** Says what would be done. */
  void observe(String fingerprint, Cause cause) {
    Optional<Credential> registered = shared.credentials().apply(fingerprint);
    if (shared.policy().protectsCredential(fingerprint, registered)) {
      refuse(fingerprint, registered, cause);
    } else if (registered.isEmpty()) {
      agent.report(report(cause, StepState.FAILED, fingerprint, null, unregistered()));
    } else if (registered.get().provider().equals(Credential.BY_KIND)) {
      agent.report(report(cause, StepState.FAILED, fingerprint, null, untaken(registered.get())));
    } else {
      Credential found = registered.get();
      agent.report(
          report(
              cause,
              StepState.OBSERVED,
              fingerprint,
              found.provider(),
              "Would take " + found.name() + " away at " + found.provider()));
    }
  }

  /** Takes a credential of an order away; the order waits for it where that takes time. */
  void take(String fingerprint, OpenOrder order) {
    Cause cause = order.cause();
    Optional<Credential> registered = shared.credentials().apply(fingerprint);
    TakenCredential known = taken(fingerprint);
    if (shared.policy().protectsCredential(fingerprint, registered)) {
      refuse(fingerprint, registered, cause);
    } else if (known != null && known.state() == StepState.VERIFIED) {
      String before =
          "It is dead already, by order " + agent.record().causeOf(known.fingerprint()).orderId();
      agent.report(report(cause, StepState.VERIFIED, fingerprint, known.provider(), before));
    } else if (registered.isEmpty()) {
      cannot(fingerprint, NO_PROVIDER, cause, unregistered());
    } else {
      revoke(fingerprint, registered.get(), order);
    }
  }

  private void revoke(String fingerprint, Credential credential, OpenOrder order) {
    ProviderDesk desk = shared.providers().get(credential.provider());
    Revocation known = running.get(fingerprint);
    if (credential.provider().equals(Credential.BY_KIND)) {
      cannot(fingerprint, NO_PROVIDER, order.cause(), untaken(credential));
    } else if (desk == null) {
      cannot(fingerprint, credential.provider(), order.cause(), unconfigured(credential));
    } else if (known != null) {
      known.attach(order);
    } else {
      Revocation fresh = new Revocation(agent, this, desk, shared.target(fingerprint));
      running.put(fingerprint, fresh);
      fresh.attach(order);
      fresh.start(knownPrior(fingerprint));
    }
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

  private void refuse(String fingerprint, Optional<Credential> registered, Cause cause) {
    log.warn(
        "Credential {} is protected: it is not taken from agent {}",
        fingerprint,
        agent.record().agentId());
    agent.report(
        report(
            cause,
            StepState.REFUSED,
            fingerprint,
            registered.map(Credential::provider).orElse(null),
            "The credential is protected: it is not taken away"));
  }

  private void cannot(String fingerprint, String provider, Cause cause, String why) {
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
    Optional<Credential> registered = shared.credentials().apply(fingerprint);
    if (shared.policy().protectsCredential(fingerprint, registered)) {
      return;
    }
    @Nullable ProviderDesk desk =
        registered.map(credential -> shared.providers().get(credential.provider())).orElse(null);
    if (desk == null) {
      tryAgainLater(fingerprint);
      return;
    }
    Revocation again = new Revocation(agent, this, desk, shared.target(fingerprint));
    running.put(fingerprint, again);
    again.because(agent.record().causeOf(fingerprint));
    again.start(knownPrior(fingerprint));
  }

  /** Ends what runs, after the calls that are under way. */
  CompletableFuture<Void> cancel() {
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

  private static String unregistered() {
    return "Nobody has registered this credential, so nobody knows where to revoke it. Register it"
        + " (countermand credential add) and it is taken away at once.";
  }

  private static String untaken(Credential sealed) {
    return "No provider takes "
        + sealed.name()
        + ". Name "
        + sealed.kind()
        + " under containment.providers.*.kinds of the one that issued it, or register the token"
        + " (countermand credential add).";
  }

  private static String unconfigured(Credential credential) {
    return "Credential "
        + credential.name()
        + " names the provider "
        + credential.provider()
        + ", which is not configured. Add it under containment.providers.";
  }
}
