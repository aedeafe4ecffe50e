package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.Containment;
import dev.countermand.command.stack.Roles;
import dev.countermand.containment.ContainmentService;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;

/**
 * Containment as a deployment runs it, with topics of its own on a Kafka that others use, too. Not
 * counted against any budget, because a person orders. For one thread.
 */
final class Pipeline implements AutoCloseable {
  private static final int PARTITIONS = 2;

  private final Configuration config;
  private final ContainmentService service;

  private Pipeline(Configuration config, ContainmentService service) {
    this.config = config;
    this.service = service;
  }

  /**
   * Starts it; returns when it takes orders soon.
   *
   * @param name of its topics and its directory
   */
  static Pipeline start(
      String name, String bootstrap, List<BenchServer.Provider> providers, Workplace place) {
    ObjectNode keys = Json.mapper().createObjectNode();
    keys.put("data", place.of(name).toString());
    keys.putObject("kafka")
        .put("bootstrap", bootstrap)
        .put("topic-prefix", name)
        .put("partitions", PARTITIONS);
    ObjectNode containment = keys.putObject("containment").put("mode", "enforce");
    ObjectNode each = containment.putObject("providers");
    providers.forEach(provider -> each.set(provider.type(), provider.configuration()));
    Configuration config = ConfigurationLoader.read(keys.toString(), "the bench");
    Roles roles =
        new Roles(
            config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), InstantSource.system());
    roles.topics();
    return new Pipeline(config, roles.containment());
  }

  Configuration config() {
    return config;
  }

  /** Who gives orders to it and hears what becomes of them. */
  Containment orders() {
    return new Containment(config);
  }

  @Override
  public void close() {
    service.close();
  }
}
