package dev.countermand.command.bench;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.collectors.gateway.KillSwitch;
import dev.countermand.command.stack.TopicWatch;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.OrderKind;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * From the call that writes what an agent is contained for, to the moment the kill switch of a
 * gateway denies the agent. Everything goes through Kafka; no provider is asked. One agent after
 * the other.
 */
final class KillSwitchBench {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Duration SAVED_PAUSE = Duration.ofMillis(5);

  /** Far below what is measured, and it leaves the processor to those who are measured. */
  private static final long LOOK_AGAIN_NANOS = 50_000;

  private KillSwitchBench() {}

  /** What is written. */
  enum Cause {
    /** An order, as scoring writes it in the moment of its finding. */
    ORDER,
    /** A deed that scoring reads, and finds to be a destruction: finding and order come of it. */
    DEED
  }

  /**
   * Measures.
   *
   * @param warmUp how many agents come before those that count
   * @throws IllegalStateException when an agent is not denied in time
   */
  static Percentiles run(Pipeline pipeline, Workplace place, Cause cause, int warmUp, int agents)
      throws IOException, InterruptedException {
    long[] latencies = new long[agents];
    Path file = place.of("gateway").resolve("contained.json");
    KafkaSettings kafka = pipeline.config().kafka().settings();
    try (KillSwitch killSwitch = new KillSwitch(file, kafka);
        TopicWriter writer = new TopicWriter(pipeline.config().kafka());
        TopicWatch<ContainmentOutcome> outcomes =
            new TopicWatch<>(
                kafka, kafka.topics().containmentOutcomes(), ContainmentOutcome.CODEC)) {
      for (int i = 0; i < warmUp + agents; i++) {
        String agent = cause.name().toLowerCase(Locale.ROOT) + "-agent-" + i;
        ContainmentOrder order = order(agent);
        Action deed = Deeds.destruction(agent);
        long begun = System.nanoTime();
        if (cause == Cause.ORDER) {
          writer.write(kafka.topics().containmentOrders(), agent, ContainmentOrder.CODEC, order);
        } else {
          writer.write(kafka.topics().actions(), agent, Action.CODEC, deed);
        }
        long denied = awaitDenied(killSwitch, agent, begun);
        if (i >= warmUp) {
          latencies[i - warmUp] = denied - begun;
        }
        outcomes.await(
            one -> one.agentId().equals(agent),
            one -> one.state() == StepState.VERIFIED,
            one -> {},
            LONGEST);
        awaitSaved(file, agent);
      }
    }
    return new Percentiles(latencies);
  }

  private static void awaitSaved(Path file, String agent) throws IOException, InterruptedException {
    String quoted = '"' + agent + '"';
    Optional<Boolean> saved =
        Waits.until(
            LONGEST,
            SAVED_PAUSE,
            () ->
                Files.exists(file) && Files.readString(file).contains(quoted)
                    ? Optional.of(true)
                    : Optional.empty());
    if (saved.isEmpty()) {
      throw new IllegalStateException(agent + " is not in " + file + " after " + LONGEST);
    }
  }

  private static long awaitDenied(KillSwitch killSwitch, String agent, long begun) {
    while (true) {
      boolean isDenied = killSwitch.contains(agent).isPresent();
      long now = System.nanoTime();
      if (isDenied) {
        return now;
      }
      if (now - begun > LONGEST.toNanos()) {
        throw new IllegalStateException(agent + " may still act after " + LONGEST);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private static ContainmentOrder order(String agent) {
    return new ContainmentOrder(
        Ids.next(),
        Instant.now(),
        OrderKind.CONTAIN,
        agent,
        "A bench",
        null,
        null,
        List.of(),
        List.of(),
        "bench",
        Extra.NONE);
  }
}
