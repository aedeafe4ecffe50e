package dev.countermand.command.bench;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.command.stack.Containment;
import dev.countermand.command.stack.Registry;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Orders at one provider, each for an agent and a credential of its own, the next when nothing of
 * the last one runs any more: latencies are those of an order, not of a queue. For one thread.
 */
final class ProviderBench {
  private static final String PERSON = "bench";
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final BenchServer.Provider provider;
  private final Pipeline pipeline;

  ProviderBench(BenchServer.Provider provider, Pipeline pipeline) {
    this.provider = provider;
    this.pipeline = pipeline;
  }

  /**
   * Measures.
   *
   * @param warmUp how many orders come before those that count
   * @throws IllegalStateException when a credential is not proved dead
   */
  ContainResult.Row run(int warmUp, int orders) throws Exception {
    List<BenchServer.Login> logins = provider.logins(warmUp + orders);
    List<String> fingerprints = register(logins);
    long[] killSwitch = new long[orders];
    long[] accepted = new long[orders];
    long[] verified = new long[orders];
    try (Containment containment = pipeline.orders()) {
      for (int i = 0; i < logins.size(); i++) {
        ContainmentOrder order;
        List<ContainmentOutcome> ends;
        try (AutoCloseable unused = provider.use(logins.get(i))) {
          order = order(provider.type() + "-agent-" + i, fingerprints.get(i));
          ends = containment.contain(order, one -> {}, LONGEST);
        }
        ContainmentOutcome stopped = proved(ends, Step.KILL_SWITCH);
        ContainmentOutcome dead = proved(ends, Step.REVOKE);
        if (i >= warmUp) {
          killSwitch[i - warmUp] = nanos(order, stopped.verifiedAt());
          accepted[i - warmUp] = nanos(order, dead.acceptedAt());
          verified[i - warmUp] = nanos(order, dead.verifiedAt());
        }
      }
    }
    return new ContainResult.Row(
        provider.type(),
        new Percentiles(killSwitch),
        new Percentiles(accepted),
        new Percentiles(verified));
  }

  private List<String> register(List<BenchServer.Login> logins) {
    Registry registry = new Registry(pipeline.config(), InstantSource.system());
    List<String> fingerprints = new ArrayList<>();
    try (TopicWriter writer = new TopicWriter(pipeline.config().kafka())) {
      for (BenchServer.Login login : logins) {
        Registry.Description description =
            new Registry.Description(
                login.name(),
                login.kind(),
                provider.type(),
                null,
                "test",
                List.of(),
                login.handle(),
                PERSON);
        // Nothing is registered twice here, so what is registered need not be read.
        fingerprints.add(
            registry
                .add(writer, registry.check(description, login.secret()), List.of())
                .fingerprint());
      }
    }
    return fingerprints;
  }

  private static ContainmentOrder order(String agent, String fingerprint) {
    return new ContainmentOrder(
        Ids.next(),
        Instant.now(),
        OrderKind.CONTAIN,
        agent,
        "A bench",
        null,
        null,
        List.of(),
        List.of(fingerprint),
        PERSON,
        Extra.NONE);
  }

  private ContainmentOutcome proved(List<ContainmentOutcome> ends, Step step) {
    ContainmentOutcome end =
        ends.stream()
            .filter(one -> one.step() == step)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("containment did not begin with " + step));
    if (end.state() != StepState.VERIFIED) {
      throw new IllegalStateException(
          "Provider " + provider.type() + " is left with " + end.state() + ": " + end.reason());
    }
    return end;
  }

  private static long nanos(ContainmentOrder order, @Nullable Instant then) {
    return Duration.between(order.time(), Objects.requireNonNull(then, "a time")).toNanos();
  }
}
