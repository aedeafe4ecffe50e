package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.DeadLetter;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaBackend;
import dev.countermand.testkit.KafkaProbe;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A sink between a real Kafka with topics of its own and some Elasticsearch. For one thread. */
final class SinkHarness implements AutoCloseable {
  final Configuration.Elasticsearch elasticsearch;
  final KafkaSettings kafka;
  final KafkaProbe probe;
  final IndexReader reader;
  SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private IndexSink sink;

  SinkHarness(KafkaBackend kafkaServer, String elasticsearchUrl) {
    this(kafkaServer, elasticsearchUrl, null);
  }

  /**
   * @param apiKey what sink and reader log in with
   */
  SinkHarness(KafkaBackend kafkaServer, String elasticsearchUrl, @Nullable SecretRef apiKey) {
    String unique = "t" + UUID.randomUUID().toString().substring(0, 8);
    this.elasticsearch =
        new Configuration.Elasticsearch(URI.create(elasticsearchUrl), apiKey, unique, Map.of());
    this.kafka = new KafkaSettings(kafkaServer.bootstrapServers(), new Topics(unique), Map.of());
    Topics topics = kafka.topics();
    Set<String> used =
        Set.of(
            topics.scoredActions(),
            topics.findings(),
            topics.containmentOutcomes(),
            topics.audit(),
            topics.risk(),
            topics.incidents(),
            topics.containmentPlans(),
            topics.deadLetters());
    new TopicAdmin(kafka)
        .ensure(topics.all().stream().filter(t -> used.contains(t.name())).toList(), 2, 1);
    this.probe = new KafkaProbe(kafka.bootstrap());
    this.reader = new IndexReader(elasticsearch);
    startSink();
  }

  void startSink() {
    meters = new SimpleMeterRegistry();
    sink = IndexSink.start(kafka, elasticsearch, meters, InstantSource.fixed(Samples.NOON));
  }

  void stopSink() {
    sink.close();
  }

  /** As if nothing had ever been committed. */
  void forgetOffsets() throws Exception {
    List<String> groups =
        List.of(DataStream.values()).stream()
            .map(stream -> kafka.topics().prefix() + "-index-" + stream.word())
            .toList();
    try (Admin admin = Admin.create(kafka.admin("test"))) {
      for (KafkaFuture<Void> deleted :
          admin.deleteConsumerGroups(groups).deletedGroups().values()) {
        try {
          deleted.get();
        } catch (ExecutionException e) {
          // An indexer that was stopped before it had joined has no group.
          assertThat(e).hasCauseInstanceOf(GroupIdNotFoundException.class);
        }
      }
    }
  }

  void produce(DataStream stream, String id) {
    produce(stream, Samples.document(stream, id));
  }

  void produce(DataStream stream, byte[] value) {
    probe.produce(stream.topic(kafka.topics()), "agent-7", value, Map.of());
  }

  void produceText(DataStream stream, String value) {
    produce(stream, value.getBytes(StandardCharsets.UTF_8));
  }

  /** What stands at a place in Kafka. */
  byte[] record(Origin place) {
    return probe
        .value(place.topic(), place.partition(), place.offset())
        .getBytes(StandardCharsets.UTF_8);
  }

  String name(DataStream stream) {
    return stream.in(elasticsearch.namespace());
  }

  long count(DataStream stream) {
    return reader.count(name(stream));
  }

  void awaitCount(DataStream stream, long expected) {
    await().until(() -> count(stream), count -> count == expected);
  }

  List<DeadLetter> awaitDeadLetters(int count) {
    return probe.awaitAtLeast(kafka.topics().deadLetters(), count).stream()
        .map(message -> message.value().getBytes(StandardCharsets.UTF_8))
        .map(DeadLetter.CODEC::decode)
        .toList();
  }

  double documents(DataStream stream, String result) {
    return meters
        .get("countermand.index.documents")
        .tag("stream", stream.word())
        .tag("result", result)
        .counter()
        .count();
  }

  double waiting(DataStream stream) {
    return meters.get("countermand.index.waiting").tag("stream", stream.word()).gauge().value();
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
  }

  @Override
  public void close() {
    sink.close();
    reader.close();
    probe.close();
  }
}
