package dev.countermand.collectors.gateway;

import dev.countermand.collectors.outbox.Receipt;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.Report;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.collectors.report.RepositoryTask;
import dev.countermand.model.Narrowing;
import dev.countermand.model.Topics;
import dev.countermand.runtime.http.Refusal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes actions of reports, and sees to it that each fits into a record. Thread-safe. */
final class Desk {
  /** A record also has a key and framing. */
  private static final int MAX_BYTES = Topics.MAX_RECORD_BYTES - 64 * 1024;

  private final ActionMaker maker;
  private final Attempts attempts;
  private final TaskDesk tasks;
  private final SealDesk seals;
  private final RepositoryTask repository = new RepositoryTask();
  private final GatewayMetrics metrics;

  Desk(
      ActionMaker maker,
      Attempts attempts,
      TaskDesk tasks,
      SealDesk seals,
      GatewayMetrics metrics) {
    this.tasks = tasks;
    this.seals = seals;
    this.maker = maker;
    this.attempts = attempts;
    this.metrics = metrics;
  }

  /**
   * The action of a report, redacted. Sealed copies of the tokens it mentions that nobody
   * registered are put before it.
   *
   * @throws Refusal ACTION_TOO_LARGE
   */
  Outgoing make(Reporter reporter, Report report) {
    Optional<Narrowing> narrowing =
        reporter.repositoryTasks()
            ? repository.narrowing(report.workingDirectory())
            : Optional.empty();
    ActionMaker.Made whole = maker.make(reporter, report, narrowing.orElse(null));
    Outgoing made = Outgoing.of(whole.action());
    // Redaction can make a text longer: a marker is longer than a short password.
    if (tooLarge(made)) {
      made = Outgoing.of(ActionMaker.withoutBody(made.action()));
    }
    if (tooLarge(made)) {
      throw new Refusal(413, "ACTION_TOO_LARGE", "The action is too large to be recorded.");
    }
    seals.keep(whole);
    metrics.taken(made.action());
    return made;
  }

  private static boolean tooLarge(Outgoing made) {
    return made.bytes().length > MAX_BYTES;
  }

  /**
   * Records an action that nobody waits for a verdict on. Where a session starts, the task of its
   * agent's profile is opened first.
   */
  CompletableFuture<Receipt> record(Outgoing action) {
    return tasks.started(action.action()).thenCompose(opened -> attempts.record(action));
  }

  /**
   * Records an attempt and decides it.
   *
   * @param client may wait until a person has answered; null for one that does not
   */
  CompletableFuture<Answer> decide(Outgoing action, @Nullable Client client) {
    return attempts.decide(action, client);
  }
}
