package dev.countermand.command.bench;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.command.stack.Stopping;
import dev.countermand.embedded.EmbeddedServerException;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Progress;
import dev.countermand.embedded.Trees;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long containment takes, with the real service on a real Kafka: at each provider, one real
 * server after the other, and to the kill switch of a gateway. Everything runs on this machine.
 */
public final class ContainBench {
  private static final int WARM_UP = 5;
  private static final int KILL_SWITCHES_PER_ORDER = 4;
  private static final String MISSING = "SERVER_FILES_MISSING";

  private static final List<Kind> KINDS =
      List.of(
          new Kind("PostgreSQL", List.of("postgresql"), PostgresBench::start),
          new Kind("Keycloak", List.of("keycloak", "oauth2"), KeycloakBench::start),
          new Kind("Kafka", List.of("kafka"), KafkaBench::start));

  private final int orders;
  private final Progress progress;
  private final Stopping stopping = new Stopping();

  /** A server that can be started, and the types of the providers that are measured at it. */
  private record Kind(String server, List<String> types, BenchServer.Starter starter) {}

  private ContainBench(int orders, Progress progress) {
    this.orders = orders;
    this.progress = progress;
  }

  /**
   * Measures. A server whose programs are not on the class path is left out. Every server is gone
   * when this returns, and so is what it wrote; also when the process is told to end before.
   *
   * @param orders how many count at each provider, at least 1; the kill switch is measured with
   *     four times as many agents, after as many that do not count
   * @throws IllegalStateException when an agent is not contained
   * @throws EmbeddedServerException when a server does not start
   */
  public static ContainResult run(int orders, Progress progress) throws Exception {
    return new ContainBench(orders, progress).run();
  }

  private ContainResult run() throws Exception {
    try {
      Workplace place = Workplace.create(progress);
      stopping.started(() -> Trees.delete(place.directory()));
      KafkaServer kafka = stopping.started(place.kafka());
      String bootstrap = kafka.bootstrapServers();
      // First: its many orders also warm this process up for the providers.
      Denials denied = killSwitch(bootstrap, place);
      List<ContainResult.Row> rows = new ArrayList<>();
      Map<String, String> leftOut = new LinkedHashMap<>();
      for (Kind kind : KINDS) {
        try {
          rows.addAll(measure(kind, bootstrap, place));
        } catch (EmbeddedServerException e) {
          if (!e.code().equals(MISSING)) {
            throw e;
          }
          String why = kind.server + "'s programs are not on the class path";
          progress.step("Leaving out " + String.join(" and ", kind.types) + ": " + why);
          kind.types.forEach(type -> leftOut.put(type, why));
        }
      }
      return new ContainResult(rows, leftOut, denied.ofOrders(), denied.ofDeeds(), denied.risks());
    } finally {
      stopping.close();
    }
  }

  private List<ContainResult.Row> measure(Kind kind, String bootstrap, Workplace place)
      throws Exception {
    List<ContainResult.Row> rows = new ArrayList<>();
    try (BenchServer server = stopping.started(kind.starter.start(place));
        Pipeline pipeline =
            stopping.started(
                Pipeline.start(
                    "bench-" + kind.types.get(0), bootstrap, server.providers(), place))) {
      for (BenchServer.Provider provider : server.providers()) {
        progress.step("Measuring " + provider.type() + ", orders: " + orders);
        rows.add(new ProviderBench(provider, pipeline).run(WARM_UP, orders));
      }
    }
    return rows;
  }

  private Denials killSwitch(String bootstrap, Workplace place)
      throws IOException, InterruptedException {
    int agents = orders * KILL_SWITCHES_PER_ORDER;
    progress.step("Measuring the kill switch, agents: " + agents);
    try (Pipeline pipeline =
        stopping.started(Pipeline.start("bench-kill-switch", bootstrap, List.of(), place))) {
      Percentiles ordered =
          KillSwitchBench.run(pipeline, place, KillSwitchBench.Cause.ORDER, agents, agents);
      pipeline.score();
      progress.step("Measuring it from the deed, agents: " + agents);
      Percentiles done =
          KillSwitchBench.run(pipeline, place, KillSwitchBench.Cause.DEED, agents, agents);
      pipeline.assess();
      progress.step("Measuring the risk from the deed, agents: " + agents);
      return new Denials(ordered, done, RiskBench.run(pipeline, agents, agents));
    }
  }

  private record Denials(Percentiles ofOrders, Percentiles ofDeeds, Percentiles risks) {}
}
