package dev.countermand.command.demo;

import dev.countermand.dashboards.IndexSink;
import dev.countermand.dashboards.console.Console;
import dev.countermand.dashboards.console.Knowledge;
import dev.countermand.embedded.Ports;
import dev.countermand.model.Action;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.runtime.kafka.TopicWriter;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.IncidentSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A console with topics of its own on a real Kafka, and a real Elasticsearch that is indexed to;
 * the ways from the page to the console and from the console to Elasticsearch can be closed.
 */
final class SmallConsole implements ConsoleSite, AutoCloseable {
  private final Relay toElasticsearch =
      new Relay(URI.create(TestServers.elasticsearch().url()).getPort());
  private final Relay toConsole;
  private final Topics topics;
  private final TopicWriter writer;
  private final IndexSink sink;
  private final Console console;

  SmallConsole(Path directory) throws IOException {
    String unique = KafkaProbe.uniqueName("page");
    int port = Ports.free();
    Path token = Files.writeString(directory.resolve(unique), token("responder"));
    Configuration config =
        ConfigurationLoader.read(
            """
            data: %s
            kafka: {bootstrap: "%s", topic-prefix: %s, partitions: 2}
            elasticsearch: {url: "http://127.0.0.1:%d", namespace: %s}
            console:
              port: %d
              users: {rosa: {role: responder, token: {file: %s}}}
            """
                .formatted(
                    directory,
                    TestServers.kafka().bootstrapServers(),
                    unique,
                    toElasticsearch.port(),
                    unique.replace('-', '_'),
                    port,
                    token),
            "test");
    KafkaSettings kafka = config.kafka().settings();
    this.topics = kafka.topics();
    new TopicAdmin(kafka).ensure(topics.all(), 2, 1);
    this.writer = new TopicWriter(config.kafka());
    this.sink =
        IndexSink.start(
            kafka, config.elasticsearch(), new SimpleMeterRegistry(), InstantSource.system());
    this.console =
        Console.start(
            config,
            new Knowledge(state -> List.of(), score -> Optional.empty()),
            InstantSource.system());
    this.toConsole = new Relay(port);
  }

  @Override
  public URI console() {
    return URI.create("http://127.0.0.1:" + toConsole.port() + "/");
  }

  @Override
  public String token(String who) {
    return "console-test-" + who + "-of-nobody-2026";
  }

  /** The way from the page to the console. */
  Relay toConsole() {
    return toConsole;
  }

  /** The way from the console, and from the index, to Elasticsearch. */
  Relay toElasticsearch() {
    return toElasticsearch;
  }

  /** An action is scored. */
  void happens(ActionSample sample) {
    Action action = sample.build();
    writer.write(topics.scoredActions(), action.agentId(), Action.CODEC, action);
  }

  /** Something is found. */
  void isFound(FindingSample sample) {
    Finding finding = sample.build();
    writer.write(topics.findings(), finding.agentId(), Finding.CODEC, finding);
  }

  /** Findings belong together. */
  void isIncident(IncidentSample sample) {
    Incident incident = sample.build();
    writer.write(topics.incidents(), incident.id(), Incident.CODEC, incident);
  }

  @Override
  public void close() {
    toConsole.close();
    console.close();
    sink.close();
    writer.close();
    toElasticsearch.close();
  }
}
