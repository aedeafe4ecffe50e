package dev.countermand.command.bench;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.collectors.gateway.KillSwitch;
import dev.countermand.command.stack.TopicWriter;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.OrderKind;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * From the call that writes an order, as scoring does in the moment of its finding, to the moment
 * the kill switch of a gateway denies the agent. Order, plan and state go through Kafka; no
 * provider is asked. One agent after the other.
 */
final class KillSwitchBench {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** Far below what is measured, and it leaves the processor to those who are measured. */
  private static final long LOOK_AGAIN_NANOS = 50_000;

  private KillSwitchBench() {}

  /**
   * Measures.
   *
   * @param warmUp how many agents come before those that count
   * @throws IllegalStateException when an agent is not denied in time
   */
  static Percentiles run(Pipeline pipeline, Workplace place, int warmUp, int agents) {
    long[] latencies = new long[agents];
    try (KillSwitch killSwitch =
            new KillSwitch(
                place.of("gateway").resolve("contained.json"),
                pipeline.config().kafka().settings());
        TopicWriter writer = new TopicWriter(pipeline.config().kafka())) {
      String orders = pipeline.config().kafka().settings().topics().containmentOrders();
      for (int i = 0; i < warmUp + agents; i++) {
        ContainmentOrder order = order("agent-" + i);
        long begun = System.nanoTime();
        writer.write(orders, order.agentId(), ContainmentOrder.CODEC, order);
        long denied = awaitDenied(killSwitch, order.agentId(), begun);
        if (i >= warmUp) {
          latencies[i - warmUp] = denied - begun;
        }
      }
    }
    return new Percentiles(latencies);
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
