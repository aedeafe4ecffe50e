package dev.countermand.containment;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, for a time and with growing pauses, at the credentials of one agent that were proved dead:
 * a provider may be consistent only eventually, and somebody may give one back by hand. Nothing is
 * done to one that stays dead. Confined to the agent's lane.
 */
final class Reassertion {
  private static final Logger log = LoggerFactory.getLogger(Reassertion.class);

  private final Shared shared;
  private final AgentContainment agent;
  private final TakenCredentials credentials;
  private final Map<String, Watch> watches = new HashMap<>();

  /** How far the looks at one credential have come since a proof or a start. */
  private static final class Watch {
    private final Instant end;
    private int looks;

    Watch(Instant end) {
      this.end = end;
    }
  }

  Reassertion(Shared shared, AgentContainment agent, TakenCredentials credentials) {
    this.shared = shared;
    this.agent = agent;
    this.credentials = credentials;
  }

  /** Takes up what was proved dead before this process had the agent. */
  void resume() {
    agent.record().taken().values().stream()
        .filter(taken -> taken.state() == StepState.VERIFIED)
        .forEach(taken -> begin(taken.fingerprint()));
  }

  /** Begins to look at a credential that is dead. */
  void begin(String fingerprint) {
    if (shared.policy().reassert().isZero()) {
      return;
    }
    Watch watch = new Watch(agent.now().plus(shared.policy().reassert()));
    watches.put(fingerprint, watch);
    schedule(fingerprint, watch);
  }

  /** Whether it would be seen that a credential came back. */
  boolean isLookingAt(TakenCredential taken) {
    Watch watch = watches.get(taken.fingerprint());
    return watch != null && !agent.now().isAfter(watch.end);
  }

  /** Looks at nothing any more. */
  void end() {
    watches.clear();
  }

  private void schedule(String fingerprint, Watch watch) {
    agent.later(
        Pacing.jittered(shared.pacing().look(watch.looks)),
        () -> agent.execute(() -> look(fingerprint, watch)));
  }

  private void look(String fingerprint, Watch watch) {
    TakenCredential taken = watched(fingerprint, watch);
    if (taken == null) {
      return;
    }
    Standing standing = shared.standing(fingerprint);
    ProviderDesk desk = standing.desk();
    if (desk == null || standing.isProtected() || agent.now().isAfter(watch.end)) {
      watches.remove(fingerprint);
      return;
    }
    Target target =
        shared
            .target(fingerprint)
            .to(taken.rung())
            .takenFor(agent.record().causeOf(fingerprint).start());
    CompletableFuture<Void> unused =
        desk.lookAgain(revoker -> revoker.verify(target))
            .handle((proof, error) -> (Runnable) () -> seen(fingerprint, watch, proof, error))
            .thenAccept(agent::insist);
  }

  private void seen(
      String fingerprint, Watch watch, @Nullable Proof proof, @Nullable Throwable error) {
    TakenCredential taken = watched(fingerprint, watch);
    if (taken == null) {
      return;
    }
    if (proof != null && proof.life() == Proof.Life.ALIVE) {
      watches.remove(fingerprint);
      credentials.cameBack(taken, proof.seen());
      return;
    }
    if (error != null) {
      log.debug(
          "{} could not be looked at: {}", fingerprint, ProviderDesk.safe(error).getMessage());
    }
    watch.looks++;
    schedule(fingerprint, watch);
  }

  /** The credential, while it is to stay dead and nobody is at it; null ends the watch. */
  private @Nullable TakenCredential watched(String fingerprint, Watch watch) {
    if (watches.get(fingerprint) != watch) {
      return null;
    }
    TakenCredential taken = agent.record().taken().get(fingerprint);
    boolean isDead = taken != null && taken.state() == StepState.VERIFIED;
    if (!isDead || !agent.holdsCredentials() || credentials.isRunning(fingerprint)) {
      watches.remove(fingerprint);
      return null;
    }
    return taken;
  }
}
