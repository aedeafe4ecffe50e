package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.Containment;
import dev.countermand.command.stack.Roles;
import dev.countermand.containment.ContainmentService;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.streams.RiskJob;
import dev.countermand.streams.ScoringJob;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Containment as a deployment runs it, and scoring where it is asked for, with topics of its own on
 * a Kafka that others use, too. For one thread.
 */
final class Pipeline implements AutoCloseable {
  private static final int PARTITIONS = 2;
  private static final int UNBOUNDED = 10_000;
  private static final Duration STARTING = Duration.ofSeconds(60);

  private final Configuration config;
  private final Roles roles;
  private final ContainmentService service;
  private @Nullable ScoringJob scoring;
  private @Nullable RiskJob risk;

  private Pipeline(Configuration config, Roles roles) {
    this.config = config;
    this.roles = roles;
    this.service = roles.containment();
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
    // Scoring orders as much as it finds; what people order counts against no budget anyway.
    containment.putObject("budget").put("agents", UNBOUNDED).put("credentials", UNBOUNDED);
    ObjectNode each = containment.putObject("providers");
    providers.forEach(provider -> each.set(provider.type(), provider.configuration()));
    Configuration config = ConfigurationLoader.read(keys.toString(), "the bench");
    Roles roles =
        new Roles(
            config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), InstantSource.system());
    roles.topics();
    return new Pipeline(config, roles);
  }

  /** Lets actions be scored from now on. */
  void score() {
    scoring = roles.scoring();
  }

  /** Lets findings become risks from now on. */
  void assess() {
    risk = roles.risk().awaitRunning(STARTING);
  }

  Configuration config() {
    return config;
  }

  /** Who gives orders to it and hears what becomes of them. */
  Containment orders() {
    return new Containment(config, Duration.ofSeconds(30));
  }

  @Override
  public void close() {
    if (risk != null) {
      risk.close();
    }
    if (scoring != null) {
      scoring.close();
    }
    service.close();
  }
}
