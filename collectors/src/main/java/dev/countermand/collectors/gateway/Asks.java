package dev.countermand.collectors.gateway;

import dev.countermand.model.Action;
import dev.countermand.model.Approval;
import dev.countermand.model.Ask;
import dev.countermand.model.Decision;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that scoring asks a person about, while their clients wait for an operator. Bounded
 * in number, for each agent too, and in the bytes that their requests keep in memory; an attempt
 * beyond that is answered at once. No thread waits. Thread-safe.
 */
final class Asks implements AutoCloseable {
  static final int MAX = 256;
  static final int MAX_OF_AN_AGENT = 16;
  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_COMMAND = 8_000;

  /** What the answer still takes once the wait is over. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private final Duration wait;
  private final Consumer<Ask> told;
  private final GatewayMetrics metrics;
  private final InstantSource clock;
  private final Map<String, Held> held = new LinkedHashMap<>();
  private long bytes;
  private boolean isClosed;

  private record Held(Ask ask, Verdict verdict, int size, CompletableFuture<Ended> end) {}

  private record Ended(String outcome, Optional<Answer> answer) {}

  /**
   * Holds nothing yet.
   *
   * @param wait how long an attempt waits; zero for not at all
   * @param told hears of each that begins to wait, and that waits no more
   */
  Asks(Duration wait, Consumer<Ask> told, GatewayMetrics metrics, InstantSource clock) {
    this.wait = wait;
    this.told = told;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Waits for a person's answer; it is empty when none came in time, when the client left, when the
   * agent was contained meanwhile, and at once where nothing more can wait.
   */
  CompletableFuture<Optional<Answer>> hold(Outgoing made, Verdict ask, Client client) {
    if (wait.isZero()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Instant now = clock.instant();
    Action action = made.action();
    CompletableFuture<Ended> end = new CompletableFuture<>();
    String command = command(action);
    if (command != null && command.length() > MAX_COMMAND) {
      // Nobody is asked to say yes to what is not shown whole.
      metrics.asked("too-long");
      return CompletableFuture.completedFuture(Optional.empty());
    }
    String id = ask.actionId();
    Ask asked =
        new Ask(
            id,
            now,
            now.plus(wait),
            ask.agentId(),
            ask.reason(),
            action.tool(),
            command,
            null,
            Extra.NONE);
    if (!admitted(new Held(asked, ask, made.bytes().length, end))) {
      metrics.asked("too-many");
      return CompletableFuture.completedFuture(Optional.empty());
    }
    told.accept(asked);
    client.keep(wait.plus(MARGIN));
    end.completeOnTimeout(
        new Ended("expired", Optional.empty()), wait.toMillis(), TimeUnit.MILLISECONDS);
    var unused = client.left().whenComplete((how, e) -> end(id, "left"));
    return end.thenApply(
        ended -> {
          forget(id);
          told.accept(asked.ended(ended.outcome()));
          metrics.asked(ended.outcome());
          return ended.answer();
        });
  }

  private synchronized boolean admitted(Held one) {
    String agent = one.ask().agentId();
    if (isClosed
        || held.size() >= MAX
        || bytes + one.size() > MAX_BYTES
        || held.values().stream().filter(other -> other.ask().agentId().equals(agent)).count()
            >= MAX_OF_AN_AGENT) {
      return false;
    }
    held.put(one.ask().actionId(), one);
    bytes += one.size();
    return true;
  }

  private synchronized void forget(String actionId) {
    Held gone = held.remove(actionId);
    bytes -= gone == null ? 0 : gone.size();
  }

  private static @Nullable String command(Action action) {
    return action.command() != null
        ? action.command()
        : action.input() == null ? null : action.input().toString();
  }

  /** Takes what a person said; of an attempt that does not wait here, nothing. */
  void answered(@Nullable Approval said) {
    if (said == null || said.decision() == Decision.ASK) {
      return;
    }
    Held one = find(said.orderId());
    if (one != null && one.ask().agentId().equals(said.agentId())) {
      Answer answer = Answer.of(one.verdict(), said, clock.instant());
      one.end().complete(new Ended(answer.because(), Optional.of(answer)));
    }
  }

  /** Ends the wait of all that an agent attempts, because it may not act any more. */
  void contained(String agentId) {
    all().stream()
        .filter(one -> one.ask().agentId().equals(agentId))
        .forEach(one -> end(one.ask().actionId(), "contained"));
  }

  /** What waits here now, the oldest first. */
  List<Ask> waiting() {
    return all().stream().map(Held::ask).sorted(Comparator.comparing(Ask::since)).toList();
  }

  private void end(String actionId, String outcome) {
    Held one = find(actionId);
    if (one != null) {
      one.end().complete(new Ended(outcome, Optional.empty()));
    }
  }

  private synchronized @Nullable Held find(String actionId) {
    return held.get(actionId);
  }

  private synchronized List<Held> all() {
    return List.copyOf(held.values());
  }

  /** Ends every wait, and holds nothing more. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
    }
    all().forEach(one -> end(one.ask().actionId(), "closed"));
  }
}
