package dev.countermand.containment;

import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentState;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents whose orders this process reads. When partitions come to it, it first reads all that
 * is known of their agents; when they go, it waits until nothing more is written for them.
 * Thread-safe.
 */
final class Agents implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agents.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofSeconds(3);

  private final KafkaSettings settings;
  private final Executor threads;
  private final Map<String, Owned> owned = new ConcurrentHashMap<>();
  private volatile @Nullable Shared shared;
  private volatile @Nullable Drill drill;
  private volatile @Nullable CompactedView<ContainmentState> states;

  private record Owned(int partition, AgentContainment agent) {}

  Agents(KafkaSettings settings, Executor threads) {
    this.settings = settings;
    this.threads = threads;
  }

  /** Must be called once, before any other method but {@link #states}. */
  void use(Shared all, Drill ofAll) {
    shared = all;
    drill = ofAll;
  }

  /** What is known about all agents, those of other processes included. */
  List<ContainmentState> states() {
    CompactedView<ContainmentState> view = states;
    return view == null ? List.of() : view.all();
  }

  /**
   * Completes when {@link #states} has all that Kafka had acknowledged before this was called; with
   * an exception when this process ends before.
   */
  CompletableFuture<Void> statesUpToNow() {
    CompactedView<ContainmentState> view = states;
    return view == null
        ? CompletableFuture.completedFuture(null)
        : view.upToNow()
            .exceptionallyCompose(
                // Partitions that come bring a fresh view.
                closed ->
                    view == states ? CompletableFuture.failedFuture(closed) : statesUpToNow());
  }

  /** The agent, which is made when it is not known yet. */
  AgentContainment at(String agentId, int partition) {
    return owned
        .computeIfAbsent(
            agentId, id -> new Owned(partition, new AgentContainment(shared(), threads, known(id))))
        .agent();
  }

  private AgentRecord known(String agentId) {
    CompactedView<ContainmentState> view = states;
    Optional<ContainmentState> state = view == null ? Optional.empty() : view.find(agentId);
    return state.map(AgentRecord::of).orElseGet(() -> AgentRecord.none(agentId));
  }

  /** Partitions have come: reads what is known of their agents, and takes up what is left. */
  void own(Collection<Integer> partitions, int partitionCount) {
    CompactedView<ContainmentState> before = states;
    CompactedView<ContainmentState> fresh =
        new CompactedView<>(
            settings,
            settings.topics().containmentState(),
            ContainmentState.CODEC,
            (agentId, state) -> {
              if (state != null) {
                shared().budget().saw(state, shared().journal().now());
              }
            });
    states = fresh.awaitCaughtUp(PATIENCE);
    // The first question of a view connects; no order should wait for that.
    CompletableFuture<Void> unused = fresh.upToNow();
    if (before != null) {
      before.close();
    }
    for (ContainmentState state : fresh.all()) {
      int partition = partition(state.agentId(), partitionCount);
      if (partitions.contains(partition)) {
        at(state.agentId(), partition).resume();
      }
    }
    int drilled = partition(Drill.AGENT, partitionCount);
    if (partitions.contains(drilled)) {
      drill().begin(at(Drill.AGENT, drilled));
    }
    log.info("Containment has the orders of partitions {}", partitions);
  }

  /** Partitions have gone: returns when nothing more is written for their agents. */
  void disown(Collection<Integer> partitions) {
    List<CompletableFuture<Void>> quiet = new ArrayList<>();
    owned
        .entrySet()
        .removeIf(
            entry -> {
              boolean isGone = partitions.contains(entry.getValue().partition());
              if (isGone) {
                quiet.add(entry.getValue().agent().close());
              }
              return isGone;
            });
    try {
      CompletableFuture.allOf(quiet.toArray(CompletableFuture[]::new))
          .get(QUIET.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("An agent of partitions {} is given away while it is still written", partitions);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A person said something of an order. */
  void answered(Approval approval) {
    Owned of = owned.get(approval.agentId());
    if (of != null) {
      of.agent().answered(approval);
    }
  }

  /** A credential was registered. */
  void registered(String fingerprint) {
    owned.values().forEach(of -> of.agent().registered(fingerprint));
  }

  @Override
  public void close() {
    for (Owned of : owned.values()) {
      CompletableFuture<Void> unused = of.agent().close();
    }
    CompactedView<ContainmentState> view = states;
    if (view != null) {
      view.close();
    }
  }

  private Drill drill() {
    Drill ofAll = drill;
    if (ofAll == null) {
      throw new IllegalStateException("use() comes first");
    }
    return ofAll;
  }

  private Shared shared() {
    Shared all = shared;
    if (all == null) {
      throw new IllegalStateException("use() comes first");
    }
    return all;
  }

  /** The partition that Kafka's default partitioner gives to records of this key. */
  private static int partition(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
  }
}
