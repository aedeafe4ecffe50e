package dev.countermand.dashboards.evidence;

import dev.countermand.model.Action;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.KafkaProbe;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real Kafka with topics of its own, a notary, a verifier, and a Kafka admin who cheats. */
final class EvidenceRig implements AutoCloseable {
  static final int BATCH = 5;

  final KafkaSettings kafka;
  final Path keys;
  final Path files;
  final KafkaProbe probe;
  final String actions;
  private final List<Notary> notaries = new ArrayList<>();

  /** What a verification told. */
  record Result(List<Problem> problems, Map<LogName, LogReport> reports) {
    List<String> told() {
      return problems.stream().map(one -> one.kind().word() + " " + one.place()).toList();
    }

    LogReport of(String topic, int partition) {
      return Optional.ofNullable(reports.get(new LogName(topic, partition))).orElseThrow();
    }
  }

  EvidenceRig(String bootstrap, Path directory) {
    this.kafka = new KafkaSettings(bootstrap, new Topics(KafkaProbe.uniqueName("ev")), Map.of());
    this.keys = directory.resolve("keys");
    this.files = directory.resolve("evidence");
    this.actions = kafka.topics().actions();
    this.probe = new KafkaProbe(bootstrap);
    Set<String> used = Set.of(actions, kafka.topics().audit(), kafka.topics().checkpoints());
    new TopicAdmin(kafka)
        .ensure(
            kafka.topics().all().stream().filter(topic -> used.contains(topic.name())).toList(),
            1,
            1);
  }

  EvidenceSettings settings() {
    return new EvidenceSettings(List.of("actions", "audit"), BATCH, Duration.ofMillis(300));
  }

  Notary notary() {
    return notary(files);
  }

  Notary notary(Path itsFiles) {
    Notary notary =
        Notary.start(
            kafka, settings(), keys, itsFiles, new SimpleMeterRegistry(), InstantSource.system());
    notaries.add(notary);
    return notary;
  }

  void stop() {
    notaries.forEach(Notary::close);
    notaries.clear();
  }

  /** Puts actions on the topic whose ids go from a number to before another. */
  void act(int from, int to) {
    for (int i = from; i < to; i++) {
      probe.produce(
          actions,
          "agent-" + i % 3,
          Action.CODEC.encode(action("a-" + i)),
          Map.of("source", "rig"));
    }
  }

  static Action action(String id) {
    return ActionSample.of(id, Instant.parse("2026-11-21T09:00:00Z")).command("ls " + id).build();
  }

  /** Does what the notary that leads does, until everything up to an offset is signed. */
  void sign(long last) {
    NotaryKey key = NotaryKey.in(keys);
    try (Signing signing =
        new Signing(
            kafka,
            settings(),
            key,
            PublicKeys.read(keys.resolve(NotaryKey.PUBLIC_FILE)),
            files,
            InstantSource.system(),
            new NotaryMetrics(new SimpleMeterRegistry()))) {
      Awaitility.await("signed up to " + last)
          .atMost(Duration.ofSeconds(40))
          .until(
              () -> {
                signing.turn();
                return verify().of(actions, 0).last() == last;
              });
    }
  }

  void awaitSigned(long last) {
    Awaitility.await("signed up to " + last)
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> verify().of(actions, 0).last() == last);
  }

  Result verify() {
    return verify(null);
  }

  Result verifyWithFiles() {
    return verify(files);
  }

  private Result verify(@Nullable Path itsFiles) {
    // A minute later: what is on its way then is not on its way any more.
    return verify(itsFiles, Instant.EPOCH, null, Instant.now().plusSeconds(90));
  }

  Result verify(@Nullable Path itsFiles, Instant from, @Nullable Instant to, Instant now) {
    List<Problem> problems = new ArrayList<>();
    List<LogReport> reports = new ArrayList<>();
    NotaryKey.in(keys);
    PublicKeys trusted = PublicKeys.read(keys.resolve(NotaryKey.PUBLIC_FILE)).following(files);
    new Verification(kafka, trusted, itsFiles, now)
        .run(
            List.of(actions),
            from,
            to,
            new Verification.Listener() {
              @Override
              public void begins(LogName log) {}

              @Override
              public void reads(LogName log, long offset, long end) {}

              @Override
              public void problem(Problem problem) {
                problems.add(problem);
              }

              @Override
              public void ends(LogReport report) {
                reports.add(report);
              }
            });
    return new Result(
        problems, reports.stream().collect(Collectors.toMap(LogReport::log, one -> one)));
  }

  /** Everything on the first partition of a topic. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (Records records = new Records(kafka, new LogName(topic, 0))) {
      for (var next = records.next(); next.isPresent(); next = records.next()) {
        all.add(next.get());
      }
    }
    return all;
  }

  /** What somebody with all rights on Kafka can do: the topic again, with what he likes in it. */
  void rewrite(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, String> settings =
        kafka.topics().all().stream()
            .filter(one -> one.name().equals(topic))
            .findFirst()
            .orElseThrow()
            .settings();
    probe.deleteTopics(topic);
    Awaitility.await("the topic is gone")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !probe.topics().contains(topic));
    Awaitility.await("the topic can be made again")
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> {
              probe.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings)));
              return true;
            });
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ConsumerRecord<byte[], byte[]> one : records) {
        producer
            .send(
                new ProducerRecord<>(
                    topic, 0, one.timestamp(), one.key(), one.value(), one.headers()))
            .get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same record with another value. */
  static ConsumerRecord<byte[], byte[]> with(ConsumerRecord<byte[], byte[]> one, byte[] value) {
    return copy(one, one.timestamp(), value);
  }

  /** The same record with another time. */
  static ConsumerRecord<byte[], byte[]> at(ConsumerRecord<byte[], byte[]> one, long time) {
    return copy(one, time, one.value());
  }

  private static ConsumerRecord<byte[], byte[]> copy(
      ConsumerRecord<byte[], byte[]> one, long time, byte[] value) {
    return new ConsumerRecord<>(
        one.topic(),
        one.partition(),
        one.offset(),
        time,
        one.timestampType(),
        one.serializedKeySize(),
        value.length,
        one.key(),
        value,
        one.headers(),
        one.leaderEpoch());
  }

  @Override
  public void close() {
    stop();
    probe.close();
  }
}
