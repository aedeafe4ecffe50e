package dev.countermand.command.bench;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.command.stack.Stopping;
import dev.countermand.embedded.EmbeddedServerException;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Progress;
import dev.countermand.embedded.Trees;
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

  private final int orders;
  private final Progress progress;
  private final Stopping stopping = new Stopping();

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
      KafkaServer kafka =
          stopping.started(
              KafkaServer.start(
                  place.of("kafka"), KafkaServer.Options.defaults().withProgress(progress)));
      String bootstrap = kafka.bootstrapServers();
      // First: its many orders also warm this process up for the providers.
      Percentiles denied = killSwitch(bootstrap, place);
      Map<String, BenchServer.Starter> servers = new LinkedHashMap<>();
      servers.put("postgresql", PostgresBench::start);
      servers.put("keycloak", KeycloakBench::start);
      servers.put("kafka", KafkaBench::start);
      List<ContainResult.Row> rows = new ArrayList<>();
      Map<String, String> leftOut = new LinkedHashMap<>();
      for (Map.Entry<String, BenchServer.Starter> server : servers.entrySet()) {
        String name = server.getKey();
        try {
          rows.addAll(measure(name, bootstrap, server.getValue(), place));
        } catch (EmbeddedServerException e) {
          if (!e.code().equals(MISSING)) {
            throw e;
          }
          progress.step("Leaving out " + name + ": its programs are not on the class path");
          leftOut.put(name, "its programs are not on the class path");
        }
      }
      return new ContainResult(rows, leftOut, denied);
    } finally {
      stopping.close();
    }
  }

  private List<ContainResult.Row> measure(
      String name, String bootstrap, BenchServer.Starter starter, Workplace place)
      throws Exception {
    List<ContainResult.Row> rows = new ArrayList<>();
    try (BenchServer server = stopping.started(starter.start(place));
        Pipeline pipeline =
            stopping.started(
                Pipeline.start("bench-" + name, bootstrap, server.providers(), place))) {
      for (BenchServer.Provider provider : server.providers()) {
        progress.step("Measuring " + provider.type() + ", orders: " + orders);
        rows.add(new ProviderBench(provider, pipeline).run(WARM_UP, orders));
      }
    }
    return rows;
  }

  private Percentiles killSwitch(String bootstrap, Workplace place) {
    int agents = orders * KILL_SWITCHES_PER_ORDER;
    progress.step("Measuring the kill switch, agents: " + agents);
    try (Pipeline pipeline =
        stopping.started(Pipeline.start("bench-kill-switch", bootstrap, List.of(), place))) {
      return KillSwitchBench.run(pipeline, place, agents, agents);
    }
  }
}
