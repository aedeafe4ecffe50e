package dev.countermand.command.stack;

import dev.countermand.collectors.gateway.Gateway;
import dev.countermand.dashboards.console.Console;
import dev.countermand.embedded.ElasticsearchServer;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.streams.ScoringJob;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything in one go: a real Kafka and a real Elasticsearch in processes of their own, and every
 * role in this one. Elasticsearch, the slowest to start, is not waited for; the index starts once
 * it is there.
 */
public final class EmbeddedStack implements AutoCloseable {
  private static final Duration RUNNING = Duration.ofSeconds(60);

  /**
   * Which ports the servers listen on; 0 for free ones.
   *
   * @param kafka of Kafka
   * @param elasticsearch of Elasticsearch
   * @param index whether there is one at all
   */
  public record Servers(int kafka, int elasticsearch, Index index) {
    /** Both, on free ports. */
    public static Servers onFreePorts() {
      return new Servers(0, 0, Index.RUNS);
    }
  }

  /** Whether Elasticsearch and the index run. */
  public enum Index {
    /** They do. */
    RUNS,
    /** They do not; nothing waits for them. */
    IS_LEFT_OUT
  }

  private final Stopping stopping;
  private final Configuration config;
  private final Gateway gateway;
  private final @Nullable Console console;
  private final CompletableFuture<ElasticsearchServer> elasticsearch;
  private final CompletableFuture<Void> index;

  private EmbeddedStack(Configuration given, Servers servers, Progress progress) {
    Path data = given.data().toAbsolutePath();
    stopping = new Stopping(progress);
    stopping.started(DataLock.of(data));
    int port = servers.elasticsearch() == 0 ? Ports.free() : servers.elasticsearch();
    elasticsearch =
        servers.index() == Index.IS_LEFT_OUT
            ? new CompletableFuture<>()
            : CompletableFuture.supplyAsync(
                () ->
                    stopping.started(
                        "Elasticsearch",
                        ElasticsearchServer.start(
                            ServerDirectory.of(data, "elasticsearch"),
                            ElasticsearchServer.Options.defaults()
                                .withPort(port)
                                .withProgress(progress))));
    try {
      KafkaServer kafka =
          stopping.started(
              "Kafka",
              KafkaServer.start(
                  data.resolve("kafka"),
                  KafkaServer.Options.defaults().withPort(servers.kafka()).withProgress(progress)));
      config = with(given, kafka.bootstrapServers(), URI.create("http://127.0.0.1:" + port));
      PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      Roles roles = new Roles(config, meters, InstantSource.system());
      roles.topics();
      progress.step(
          "Starting scoring, risk, containment, notary, "
              + (config.learning().enabled() ? "learning, " : "")
              + "index, gateway and console");
      ScoringJob scoring = stopping.role("scoring", roles.scoring());
      stopping.role("risk", roles.risk());
      stopping.role("containment", roles.containment());
      roles.signals().ifPresent(part -> stopping.role("the transmitter of signals", part));
      stopping.role("notary", roles.notary());
      index = elasticsearch.thenAccept(server -> index(roles, server));
      gateway = stopping.door("gateway", roles.gateway());
      console =
          config.console().users().isEmpty() ? null : stopping.door("console", roles.console());
      scoring.awaitRunning(RUNNING);
      if (config.learning().enabled()) {
        stopping.role("learning", new LearningRole(roles::learning, meters));
      }
      // Before Kafka is asked to end: it would be started again.
      stopping.role(null, new Keeper("Kafka", kafka::isAlive, kafka::restart));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void index(Roles roles, ElasticsearchServer server) {
    stopping.role("index", roles.index());
    stopping.role(null, new Keeper("Elasticsearch", server::isAlive, server::restart));
  }

  /**
   * Starts everything; returns when actions are scored.
   *
   * @param config whose Kafka and Elasticsearch addresses are replaced by the servers' own
   */
  public static EmbeddedStack start(Configuration config, Servers servers, Progress progress) {
    return new EmbeddedStack(config, servers, progress);
  }

  /** The configuration with the addresses of the servers. */
  public Configuration config() {
    return config;
  }

  /** The address of the gateway. */
  public URI gateway() {
    return URI.create("http://" + config.gateway().host() + ":" + gateway.port());
  }

  /** The address of the console; empty where nobody may sign in, and none runs. */
  public Optional<URI> console() {
    return Optional.ofNullable(console).map(Console::address);
  }

  /** Waits for Elasticsearch and the index; throws what kept them from starting. */
  public void awaitIndex() {
    try {
      index.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Returns when the stack was closed, for instance by Ctrl-C. */
  public void await() throws InterruptedException {
    stopping.await();
  }

  @Override
  public void close() {
    stopping.close();
  }

  private static Configuration with(Configuration c, String bootstrap, URI elasticsearch) {
    UnaryOperator<Configuration.Kafka> kafka =
        k ->
            new Configuration.Kafka(
                bootstrap, k.topicPrefix(), k.partitions(), k.replication(), k.client());
    return new Configuration(
        c.data().toAbsolutePath(),
        kafka.apply(c.kafka()),
        c.gateway(),
        c.scoring(),
        c.learning(),
        c.tasks(),
        c.containment(),
        c.risk(),
        c.incidents(),
        c.evidence(),
        new Configuration.Elasticsearch(
            elasticsearch,
            c.elasticsearch().apiKey(),
            c.elasticsearch().namespace(),
            c.elasticsearch().retention()),
        c.kibana(),
        c.console());
  }
}
