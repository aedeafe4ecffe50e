package dev.countermand.collectors.gateway;

import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.outbox.Receipt;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Decision;
import dev.countermand.model.Topics;
import dev.countermand.model.Verdict;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records actions and answers attempts: by the kill switch at once, by the scorer within the
 * deadline, or by the local rule. Every attempt gets an answer. Thread-safe.
 */
final class Attempts {
  /** Most attempts that wait for the scorer at a time; the next ones get the local rule. */
  private static final int MAX_WAITING = 2_048;

  private final Topics topics;
  private final Outbox outbox;
  private final VerdictInbox inbox;
  private final KillSwitch killSwitch;
  private final LocalRule rule;
  private final Duration deadline;
  private final Asks asks;
  private final Executor judges;
  private final GatewayMetrics metrics;
  private final Semaphore room = new Semaphore(MAX_WAITING);

  Attempts(
      Topics topics,
      Outbox outbox,
      VerdictInbox inbox,
      KillSwitch killSwitch,
      LocalRule rule,
      Duration deadline,
      Asks asks,
      Executor judges,
      GatewayMetrics metrics) {
    this.topics = topics;
    this.outbox = outbox;
    this.inbox = inbox;
    this.killSwitch = killSwitch;
    this.rule = rule;
    this.deadline = deadline;
    this.asks = asks;
    this.judges = judges;
    this.metrics = metrics;
  }

  /** Records an action; completes when it is safe. */
  CompletableFuture<Receipt> record(Outgoing made) {
    return outbox.put(topics.actions(), made.action().agentId(), made.bytes());
  }

  /**
   * Records an attempt and decides it. Never fails.
   *
   * @param client may wait until a person has answered; null for one that does not
   */
  CompletableFuture<Answer> decide(Outgoing made, @Nullable Client client) {
    Action action = made.action();
    Optional<ContainmentState> contained = killSwitch.contains(action.agentId());
    CompletableFuture<Answer> answer;
    if (contained.isPresent()) {
      String id = action.id();
      answer =
          record(made).handleAsync((receipt, e) -> rule.contained(id, contained.get()), judges);
    } else if (room.tryAcquire()) {
      answer = scored(made).whenComplete((a, e) -> room.release());
      if (client != null) {
        answer = answer.thenCompose(given -> asked(made, given, client));
      }
    } else {
      answer = record(made).handleAsync((receipt, e) -> local(action, "too-many-waiting"), judges);
    }
    return answer.thenApply(this::made);
  }

  private CompletableFuture<Answer> scored(Outgoing made) {
    Action action = made.action();
    // Expected before it is sent: the scorer may be faster than the acknowledgement.
    CompletableFuture<Optional<Verdict>> verdict = inbox.expect(action.id(), action.agentId());
    CompletableFuture<Receipt> receipt = record(made);
    verdict.completeOnTimeout(Optional.empty(), deadline.toMillis(), TimeUnit.MILLISECONDS);
    var unused =
        receipt.whenComplete(
            (where, e) -> {
              if (e != null || where == Receipt.SPOOL) {
                verdict.complete(Optional.empty());
              }
            });
    return verdict
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.completedFuture(new Answer(found.get(), "verdict"))
                    : receipt.handleAsync((where, e) -> local(action, because(where, e)), judges))
        .whenComplete((a, e) -> inbox.forget(action.id()));
  }

  /** Where scoring asks a person: an operator's answer, if one comes while the client waits. */
  private CompletableFuture<Answer> asked(Outgoing made, Answer given, Client client) {
    Verdict ask = given.verdict();
    if (ask.decision() != Decision.ASK || Answer.byGateway(ask)) {
      return CompletableFuture.completedFuture(given);
    }
    // Nothing of the action itself may be kept by what waits: there can be many, and large ones.
    CompletableFuture<Optional<Answer>> answer = asks.hold(made, ask, client);
    // The kill switch may have been thrown just before there was something to tell it to.
    killSwitch.contains(ask.agentId()).ifPresent(state -> asks.contained(ask.agentId()));
    return answer.thenApplyAsync(
        said ->
            killSwitch
                .contains(ask.agentId())
                .map(state -> rule.contained(ask.actionId(), state))
                .or(() -> said)
                .orElse(given),
        judges);
  }

  private Answer local(Action action, String because) {
    return killSwitch
        .contains(action.agentId())
        .map(state -> rule.contained(action.id(), state))
        .orElseGet(() -> rule.withoutScorer(action, because));
  }

  private static String because(@Nullable Receipt where, @Nullable Throwable e) {
    if (e == null) {
      return where == Receipt.KAFKA ? "deadline" : "kafka-away";
    }
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    return cause instanceof CountermandException known && known.code().equals("SPOOL_FULL")
        ? "spool-full"
        : "not-recorded";
  }

  private Answer made(Answer answer) {
    metrics.answered(answer);
    if (Answer.byGateway(answer.verdict())) {
      var unused =
          outbox.putLesser(
              topics.verdicts(),
              answer.verdict().agentId(),
              Verdict.CODEC.encode(answer.verdict()));
    }
    return answer;
  }
}
