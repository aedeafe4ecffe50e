package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.embedded.KafkaServer;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that can break breaks while orders come. */
final class ChaosTest {
  private static final int ORDERS = 30;
  private static final Duration PROVIDER_DOWN = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void everyOrderEndsProvedNoneIsLostAndWhatWasFinishedIsNotDoneAgain() throws Exception {
    try (KafkaServer kafka =
            KafkaServer.start(directory.resolve("kafka"), KafkaServer.Options.defaults());
        Rig rig =
            new Rig(Files.createDirectories(directory.resolve("rig")), kafka.bootstrapServers())) {
      Map<ContainmentOrder, Rig.Token> orders = new LinkedHashMap<>();
      Process first = process(rig);
      process(rig);
      send(rig, orders, ORDERS / 3);
      awaitProved(rig, orders.keySet(), Duration.ofSeconds(60));
      List<ContainmentOrder> finished = List.copyOf(orders.keySet());
      Map<String, Long> told = count(rig, finished);

      rig.server.hang();
      long back = System.nanoTime() + PROVIDER_DOWN.toNanos();
      send(rig, orders, ORDERS / 3);
      awaitBegun(rig, orders.keySet());
      first.destroyForcibly();
      assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
      kafka.restart();
      send(rig, orders, ORDERS - orders.size());
      process(rig);
      Awaitility.await("the provider stays down")
          .atMost(PROVIDER_DOWN.plusSeconds(5))
          .until(() -> System.nanoTime() > back);
      rig.server.stopHanging();

      awaitProved(rig, orders.keySet(), Duration.ofSeconds(120));
      orders.values().forEach(t -> assertThat(rig.server.isActive(t.secret())).isFalse());
      orders
          .keySet()
          .forEach(
              order ->
                  assertThat(rig.states(order.id(), Step.KILL_SWITCH))
                      .contains(StepState.VERIFIED));
      assertThat(count(rig, finished)).isEqualTo(told);
    }
  }

  private Process process(Rig rig) throws IOException {
    Process process = ContainmentProcess.start(rig, directory.resolve("rig"));
    processes.add(process);
    return process;
  }

  private static void send(Rig rig, Map<ContainmentOrder, Rig.Token> orders, int count) {
    for (int i = 0; i < count; i++) {
      Rig.Token token = rig.token();
      orders.put(rig.contain("agent-" + orders.size(), token), token);
    }
  }

  private static void awaitProved(Rig rig, Iterable<ContainmentOrder> orders, Duration limit) {
    Awaitility.await("every order is proved")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () ->
                assertThat(orders)
                    .allMatch(
                        order -> rig.states(order.id(), Step.REVOKE).contains(StepState.VERIFIED)));
  }

  /** Some of those that the provider does not answer have their intent recorded. */
  private static void awaitBegun(Rig rig, Iterable<ContainmentOrder> orders) {
    Awaitility.await("one order stands between intent and act")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(orders)
                    .anyMatch(
                        order -> {
                          List<StepState> states = rig.states(order.id(), Step.REVOKE);
                          return states.equals(List.of(StepState.REQUESTED));
                        }));
  }

  /** How many outcomes were told of each order. */
  private static Map<String, Long> count(Rig rig, List<ContainmentOrder> orders) {
    Map<String, Long> told = new LinkedHashMap<>();
    for (ContainmentOrder order : orders) {
      told.put(order.id(), rig.outcomes(order.id()).stream().map(ContainmentOutcome::id).count());
    }
    return told;
  }
}
