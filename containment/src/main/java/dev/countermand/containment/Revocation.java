package dev.countermand.containment;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one credential of one agent away: look, record the intent and the way back, ask the
 * provider, prove. Calls run on the provider's threads, everything else in the agent's lane.
 */
final class Revocation {
  private static final Logger log = LoggerFactory.getLogger(Revocation.class);

  private static final CompletableFuture<Void> NOTHING_NEW =
      CompletableFuture.completedFuture(null);

  private final AgentContainment agent;
  private final TakenCredentials credentials;
  private final WaysBack waysBack;
  private final ProviderDesk desk;
  private final Target target;
  private final Attempts attempts = new Attempts();
  private final Map<String, Cause> causes = new LinkedHashMap<>();
  private final List<OpenOrder> orders = new ArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private Map<String, String> knownPrior = Map.of();
  private @Nullable Map<String, String> prior;
  private @Nullable Instant acceptedAt;
  private boolean hadFailed;

  Revocation(
      AgentContainment agent,
      TakenCredentials credentials,
      WaysBack waysBack,
      ProviderDesk desk,
      Target target) {
    this.agent = agent;
    this.credentials = credentials;
    this.waysBack = waysBack;
    this.desk = desk;
    this.target = target;
  }

  String fingerprint() {
    return target.fingerprint();
  }

  Rung rung() {
    return target.rung();
  }

  List<OpenOrder> orders() {
    return orders;
  }

  /** Does it for one more order. */
  void attach(OpenOrder order) {
    order.waitFor(fingerprint());
    orders.add(order);
    because(order.cause());
  }

  /** Does it for a reason that no open order stands for, or not any more. */
  void because(Cause cause) {
    boolean isNew = causes.putIfAbsent(cause.orderId(), cause) == null;
    Map<String, String> known = prior;
    if (isNew && known != null) {
      reportIntent(cause, known);
    }
  }

  /** Ends after the call that runs now. The future completes when nothing runs any more. */
  CompletableFuture<Void> cancel() {
    attempts.cancel();
    return ended;
  }

  /**
   * Begins.
   *
   * @param known the way back as it is known, empty when it is not
   * @param isLookedAt whether that is the way back from this rung, too
   */
  void start(Map<String, String> known, boolean isLookedAt) {
    this.knownPrior = known;
    TakenCredential before = agent.record().taken().get(fingerprint());
    hadFailed = before != null && before.state() == StepState.FAILED;
    Target suspect = target.takenFor(firstCause().start());
    CompletableFuture<Map<String, String>> looked =
        isLookedAt
            ? CompletableFuture.completedFuture(known)
            : desk.call(attempts, revoker -> revoker.plan(suspect))
                .thenApply(plan -> WaysBack.of(plan, target.rung(), known));
    CompletableFuture<Proof> unused =
        looked
            .thenCompose(wayBack -> agent.run(() -> intend(wayBack)))
            .thenCompose(x -> isLookedAt ? NOTHING_NEW : waysBack.ofOthersUpToNow())
            .thenCompose(x -> agent.run(this::correct))
            .thenCompose(x -> desk.call(attempts, revoker -> revoker.execute(suspect)))
            .thenCompose(answer -> agent.run(() -> accepted(answer)))
            .thenCompose(x -> desk.prove(attempts, suspect))
            .whenComplete((proof, error) -> finish(() -> end(proof, error)));
  }

  private void finish(Runnable last) {
    CompletableFuture<Void> unused =
        agent.run(last).whenComplete((x, error) -> ended.complete(null));
  }

  private void intend(Map<String, String> before) {
    waysBack.requireRoom(target, before);
    prior = before;
    causes.values().forEach(cause -> reportIntent(cause, before));
    agent.save(agent.record().with(taken(StepState.REQUESTED), firstCause()));
  }

  // Another agent may have taken it between the look and the intent, and then saw it as it was.
  private void correct() {
    Map<String, String> mine = prior;
    if (mine == null) {
      return;
    }
    Map<String, String> whole = waysBack.withThatOfOthers(fingerprint(), mine);
    if (!whole.equals(mine)) {
      waysBack.requireRoom(target, whole);
      prior = whole;
      agent.save(agent.record().with(taken(StepState.REQUESTED), firstCause()));
    }
  }

  private void reportIntent(Cause cause, Map<String, String> before) {
    TakenCredential known = agent.record().taken().get(fingerprint());
    boolean isRecorded =
        known != null
            && !known.prior().isEmpty()
            && agent.record().causeOf(fingerprint()).orderId().equals(cause.orderId());
    if (!isRecorded) {
      agent.report(
          report(cause, StepState.REQUESTED, "Taking " + target.name() + " away at " + desk.name())
              .withPrior(before));
    }
  }

  private void accepted(String answer) {
    Instant now = agent.now();
    acceptedAt = now;
    Cause first = firstCause();
    // A provider that said yes in vain before is not quoted twice.
    boolean isAgain = first.acceptedAt() != null;
    causes.values().stream()
        .filter(cause -> !(isAgain && cause.orderId().equals(first.orderId())))
        .forEach(cause -> agent.report(report(cause, StepState.ACCEPTED, again(cause, answer))));
    agent.remember(
        agent.record().with(taken(StepState.ACCEPTED), isAgain ? first : first.accepted(now)));
  }

  private void end(@Nullable Proof proof, @Nullable Throwable error) {
    if (error instanceof CancellationException || agent.isClosed()) {
      return;
    }
    if (proof != null && proof.life() == Proof.Life.DEAD) {
      verified(proof);
    } else {
      failed(
          error == null && proof != null
              ? RevokerException.retryable(
                  "The provider said yes, but no probe shows it dead: " + proof.seen() + ".")
              : ProviderDesk.safe(error == null ? new IllegalStateException() : error));
    }
  }

  private void verified(Proof proof) {
    causes
        .values()
        .forEach(
            cause ->
                agent.report(
                    report(cause, StepState.VERIFIED, again(cause, target.name() + " is dead"))
                        .withProof(proof.seen())));
    credentials.settled(this, taken(StepState.VERIFIED), firstCause());
  }

  private void failed(RevokerException error) {
    StepState state =
        error.kind() == RevokerException.Kind.REFUSED ? StepState.REFUSED : StepState.FAILED;
    log.warn(
        "Credential {} of agent {} is not proved dead: {}",
        target,
        agent.record().agentId(),
        error.getMessage());
    causes
        .values()
        .forEach(
            cause -> {
              if (!hadFailed || !isFirst(cause)) {
                agent.report(report(cause, state, String.valueOf(error.getMessage())));
              }
            });
    credentials.settled(this, taken(state), firstCause());
    if (state == StepState.FAILED && !attempts.isCancelled()) {
      credentials.tryAgainLater(fingerprint());
    }
  }

  private static String again(Cause cause, String what) {
    return cause.returns() == 0 ? what : "It came back and is taken away again: " + what;
  }

  private boolean isFirst(Cause cause) {
    return agent.record().causeOf(fingerprint()).orderId().equals(cause.orderId());
  }

  private Report report(Cause cause, StepState state, String reason) {
    Map<String, String> before = prior;
    return Report.credential(
            cause, agent.record().agentId(), Step.REVOKE, state, fingerprint(), desk.name(), reason)
        .to(target.rung())
        .withPrior(before == null ? Map.of() : before)
        .withAttempts(attempts.count(), acceptedAt);
  }

  private TakenCredential taken(StepState state) {
    Map<String, String> before = prior;
    return new TakenCredential(
        fingerprint(),
        desk.name(),
        state,
        target.rung(),
        before == null ? knownPrior : before,
        dev.countermand.model.json.Extra.NONE);
  }

  // The credential stays with the order it was first taken for.
  private Cause firstCause() {
    Cause known = agent.record().causes().get(fingerprint());
    return known == null ? causes.values().iterator().next() : known;
  }
}
