package dev.countermand.dashboards.console;

import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexReader;
import dev.countermand.dashboards.IndexSink;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Ports;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A console on a real Kafka with topics of its own and a real Elasticsearch that is indexed to. */
final class ConsoleRig implements AutoCloseable {
  static final String VIEWER = "token-of-vera";
  static final String RESPONDER = "token-of-rosa";
  static final String ADMIN = "token-of-ada";

  final Configuration config;
  final KafkaSettings kafka;

  /** What the redactor of this console takes out. */
  static final String TYPED_SECRET = "open-sesame-" + "4711";

  final Topics topics;
  final KafkaProbe probe;
  private final IndexSink sink;
  private final IndexReader reader;
  private final Console console;

  ConsoleRig(Path directory) throws IOException {
    this(directory, TestServers.elasticsearch().url(), Map.of(), InstantSource.system());
  }

  /** One on a Kafka that the test may stop, without an Elasticsearch. */
  ConsoleRig(Path directory, KafkaServer kafka) throws IOException {
    this(
        directory,
        kafka.bootstrapServers(),
        "http://127.0.0.1:" + Ports.free(),
        Map.of(),
        InstantSource.system());
  }

  /**
   * @param orders what waits in the state of an agent that awaits approval, by the agent
   */
  ConsoleRig(
      Path directory,
      String elasticsearch,
      Map<String, ContainmentOrder> orders,
      InstantSource clock)
      throws IOException {
    this(directory, TestServers.kafka().bootstrapServers(), elasticsearch, orders, clock);
  }

  private ConsoleRig(
      Path directory,
      String bootstrap,
      String elasticsearch,
      Map<String, ContainmentOrder> orders,
      InstantSource clock)
      throws IOException {
    String unique = "t" + UUID.randomUUID().toString().substring(0, 8);
    this.config =
        ConfigurationLoader.read(
            """
            data: %s
            kafka: {bootstrap: "%s", topic-prefix: %s, partitions: 2}
            elasticsearch: {url: "%s", namespace: %s}
            console:
              port: %d
              names: [console.example]
              users:
                vera: {token: {file: %s}}
                rosa: {role: responder, token: {file: %s}}
                ada: {role: admin, token: {file: %s}}
            """
                .formatted(
                    directory,
                    bootstrap,
                    unique,
                    elasticsearch,
                    unique,
                    Ports.free(),
                    token(directory, VIEWER),
                    token(directory, RESPONDER),
                    token(directory, ADMIN)),
            "test");
    this.kafka = config.kafka().settings();
    this.topics = kafka.topics();
    new TopicAdmin(kafka).ensure(topics.all(), 2, 1);
    this.probe = new KafkaProbe(bootstrap);
    this.reader = new IndexReader(config.elasticsearch());
    this.sink =
        IndexSink.start(
            kafka, config.elasticsearch(), new SimpleMeterRegistry(), InstantSource.system());
    this.console =
        Console.start(
            config,
            new Knowledge(
                state -> waiting(state, orders),
                score -> score < 90 ? Optional.empty() : Optional.of(Recommendation.ASK)),
            new PersonRecords(typed -> typed.replace(TYPED_SECRET, "[secret]"), Set.of(), clock),
            clock);
  }

  private static List<WaitingOrder> waiting(
      ContainmentState state, Map<String, ContainmentOrder> orders) {
    return state.status() == ContainmentStatus.AWAITING_APPROVAL
        ? Optional.ofNullable(orders.get(state.agentId())).stream()
            .map(order -> new WaitingOrder(order, state.time()))
            .toList()
        : List.of();
  }

  private static Path token(Path directory, String token) throws IOException {
    return Files.writeString(directory.resolve(token), token);
  }

  Browser browser() {
    return new Browser(console.address());
  }

  /** Somebody who is signed in. */
  Browser signedIn(String token) {
    Browser browser = browser();
    browser.signIn(token);
    return browser;
  }

  Console console() {
    return console;
  }

  <T> void put(String topic, String key, DocumentCodec<T> codec, T value) {
    probe.produce(topic, key, new String(codec.encode(value), StandardCharsets.UTF_8));
  }

  /** Waits until so many documents are indexed, and can be found. */
  void awaitIndexed(DataStream stream, long count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> reader.count(stream.in(config.elasticsearch().namespace())) >= count);
  }

  @Override
  public void close() {
    console.close();
    sink.close();
    reader.close();
    probe.close();
  }
}
