package dev.countermand.containment;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All calls to one provider: on threads of its own, so that a slow one holds up nobody else; each
 * with a deadline; repeated with growing pauses. Thread-safe.
 */
final class ProviderDesk implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProviderDesk.class);
  private static final Duration LONGEST_PROBE_PAUSE = Duration.ofSeconds(1);
  private static final double JITTER = 0.25;

  private final String name;
  private final Revoker revoker;
  private final Duration timeout;
  private final Pacing pacing;
  private final ScheduledExecutorService timer;
  private final ExecutorService pool;
  private final ExecutorService looks;
  private final Counter failures;

  ProviderDesk(
      String name,
      Revoker revoker,
      Duration timeout,
      Pacing pacing,
      ScheduledExecutorService timer,
      MeterRegistry meters) {
    this.name = name;
    this.revoker = revoker;
    this.timeout = timeout;
    this.pacing = pacing;
    this.timer = timer;
    this.pool = Threads.pool("provider-" + name, pacing.callsAtOnce());
    this.looks = Threads.pool("looks-" + name, 1);
    this.failures = meters.counter("countermand.containment.provider.failures", "provider", name);
  }

  String name() {
    return name;
  }

  /** How far the provider can take a credential away. */
  Set<Rung> rungs() {
    return revoker.rungs();
  }

  /** Says in the log when the provider would not take an order now. */
  void check() {
    CompletableFuture<Void> unused =
        once(
                new Attempts(),
                r -> {
                  r.check();
                  return true;
                })
            .handle(
                (answer, error) -> {
                  if (error == null) {
                    log.info("Provider {} is ready", name);
                  } else {
                    log.warn(
                        "Provider {} would revoke nothing now: {}", name, safe(error).getMessage());
                  }
                  return null;
                });
  }

  /**
   * Calls the revoker until it succeeds. Fails with {@link RevokerException} when it refuses, or
   * when the attempts are used up.
   */
  <T> CompletableFuture<T> call(Attempts attempts, Function<Revoker, T> call) {
    RetryPolicyBuilder<T> policy =
        RetryPolicy.<T>builder()
            .withMaxAttempts(pacing.attempts())
            .withBackoff(pacing.backOff(), pacing.maxBackOff())
            .withJitter(JITTER)
            .withDelayFn(context -> askedPause(context.getLastException()));
    return repeat(policy, attempts, call);
  }

  /** Asks the revoker once. Fails with {@link RevokerException} when it does not answer. */
  <T> CompletableFuture<T> look(Function<Revoker, T> call) {
    return once(new Attempts(), call);
  }

  /**
   * Asks the revoker once about what was done already. Such calls come one after another and wait
   * for each other, however many there are; what has to be done at once never waits for one.
   */
  <T> CompletableFuture<T> lookAgain(Function<Revoker, T> call) {
    return once(looks, new Attempts(), call);
  }

  /**
   * Probes until the target is dead, or the deadline has passed; then the last proof says what it
   * is.
   */
  CompletableFuture<Proof> prove(Attempts attempts, Target target) {
    RetryPolicyBuilder<Proof> policy =
        RetryPolicy.<Proof>builder()
            .handleResultIf(proof -> proof.life() != Proof.Life.DEAD)
            .withMaxAttempts(-1)
            .withMaxDuration(pacing.proofDeadline())
            .withBackoff(pacing.probe(), LONGEST_PROBE_PAUSE, 1.5)
            .withJitter(JITTER);
    return repeat(policy, attempts, r -> r.verify(target));
  }

  private <T> CompletableFuture<T> repeat(
      RetryPolicyBuilder<T> policy, Attempts attempts, Function<Revoker, T> call) {
    RetryPolicy<T> complete =
        policy
            .handleIf(error -> !attempts.isCancelled() && isRetryable(error))
            .onFailedAttempt(
                failed -> {
                  if (failed.getLastException() != null) {
                    failures.increment();
                    log.debug("{}", failed.getLastException().getMessage());
                  }
                })
            .build();
    return Failsafe.with(complete).with(timer).getStageAsync(() -> once(attempts, call));
  }

  private <T> CompletableFuture<T> once(Attempts attempts, Function<Revoker, T> call) {
    return once(pool, attempts, call);
  }

  private <T> CompletableFuture<T> once(
      ExecutorService threads, Attempts attempts, Function<Revoker, T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              attempts.begin();
              return call.apply(revoker);
            }) {
          @Override
          protected void done() {
            deliver(this, result);
          }
        };
    try {
      threads.execute(
          () -> {
            ScheduledFuture<?> alarm =
                timer.schedule(() -> task.cancel(true), timeout.toMillis(), TimeUnit.MILLISECONDS);
            task.run();
            alarm.cancel(false);
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new CancellationException("containment is closing"));
    }
    return result;
  }

  private <T> void deliver(FutureTask<T> task, CompletableFuture<T> result) {
    try {
      result.complete(task.get());
    } catch (CancellationException e) {
      result.completeExceptionally(
          RevokerException.retryable(
              "Provider " + name + " did not answer within " + timeout.toMillis() + " ms."));
    } catch (ExecutionException e) {
      result.completeExceptionally(safe(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.completeExceptionally(new CancellationException("containment is closing"));
    }
  }

  /** The message of an exception nobody foresaw may hold anything: only its class goes on. */
  static RevokerException safe(Throwable error) {
    boolean isWrapper = error instanceof CompletionException || error instanceof ExecutionException;
    Throwable inner = error.getCause();
    Throwable cause = isWrapper && inner != null ? inner : error;
    return cause instanceof RevokerException known
        ? known
        : RevokerException.retryable(
            "The revoker ended with " + cause.getClass().getName() + "; report this.");
  }

  private static boolean isRetryable(Throwable error) {
    return safe(error).kind() == RevokerException.Kind.RETRYABLE
        && !(error instanceof CancellationException);
  }

  // A negative pause stands for the policy's own.
  private Duration askedPause(Throwable last) {
    if (!(last instanceof RevokerException known)) {
      return Duration.ofNanos(-1);
    }
    return known
        .retryAfter()
        .map(asked -> asked.compareTo(pacing.maxBackOff()) > 0 ? pacing.maxBackOff() : asked)
        .orElse(Duration.ofNanos(-1));
  }

  @Override
  public void close() {
    pool.shutdownNow();
    looks.shutdownNow();
    revoker.close();
  }
}
