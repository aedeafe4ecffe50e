package dev.countermand.streams;

import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real Kafka. */
final class ScoringJobTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path stateDir;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Topics topics = new Topics(KafkaProbe.uniqueName("job"));
  private KafkaSettings settings;
  private KafkaProbe probe;
  private ScoringJob job;

  @BeforeEach
  void start() {
    settings = new KafkaSettings(TestServers.kafka().bootstrapServers(), topics, Map.of());
    new TopicAdmin(settings).ensure(topics.all(), 2, 1);
    probe = new KafkaProbe(TestServers.kafka());
    job = startJob();
  }

  @AfterEach
  void stop() {
    job.close();
    probe.close();
  }

  @Test
  void whatWasSeenIsRememberedAcrossARestartAndSaidOnce() {
    send(topics.tasks(), "agent", Task.CODEC, Samples.task("agent"));
    send(topics.credentials(), FOREIGN, Credential.CODEC, Samples.credential(FOREIGN));
    send(mentioning("a-1", Phase.RESULT, CredentialRole.SIGHTED, "ops/.env"));
    probe.awaitAtLeast(topics.findings(), 1);
    job.close();
    job = startJob();
    send(mentioning("a-2", Phase.ATTEMPT, CredentialRole.USED, null));
    probe.awaitAtLeast(topics.containmentOrders(), 1);

    List<Finding> findings =
        probe.awaitAtLeast(topics.findings(), 4).stream()
            .map(message -> Finding.CODEC.decode(utf8(message.value())))
            .toList();
    assertThat(findings)
        .extracting(Finding::id)
        .containsExactly(
            "a-1:credential-scope",
            "a-2:credential-scope",
            "a-2:environment-mismatch",
            "a-2:read-then-used");
    assertThat(findings.get(1).relatedActions()).containsExactly("a-1");
  }

  @Test
  void anActionSentTwiceIsSaidTwiceInTheSameBytes() {
    send(topics.tasks(), "agent", Task.CODEC, Samples.task("agent"));
    Action use = mentioning("a-1", Phase.ATTEMPT, CredentialRole.USED, null);
    send(use);
    probe.awaitAtLeast(topics.findings(), 1);
    send(Samples.shell("a-2", "agent", NOON.plusSeconds(1), "rm x"));
    probe.awaitAtLeast(topics.verdicts(), 2);
    send(use);

    List<KafkaProbe.Message> verdicts = probe.awaitAtLeast(topics.verdicts(), 3);
    assertThat(verdicts.get(2).value()).isEqualTo(verdicts.get(0).value());
    List<KafkaProbe.Message> orders = probe.awaitAtLeast(topics.containmentOrders(), 2);
    assertThat(orders.get(1).value()).isEqualTo(orders.get(0).value());
    assertThat(registry.counter("countermand.scoring.repeated").count()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadOnAnyTopicGoesToTheDeadLettersAndScoringGoesOn() {
    probe.produce(topics.tasks(), "agent", "no task");
    probe.produce(topics.credentials(), FOREIGN, "no credential");
    probe.produce(topics.actions(), "agent", "no action");
    send(Samples.shell("a-1", "agent", NOON, "ls"));

    List<DeadLetter> letters =
        probe.awaitAtLeast(topics.deadLetters(), 3).stream()
            .map(message -> DeadLetter.CODEC.decode(utf8(message.value())))
            .toList();
    assertThat(letters)
        .extracting(DeadLetter::topic)
        .containsExactlyInAnyOrder(topics.tasks(), topics.credentials(), topics.actions());
    assertThat(letters).allSatisfy(letter -> assertThat(letter.offset()).isZero());
    probe.awaitAtLeast(topics.verdicts(), 1);
  }

  @Test
  void aBurstIsMeasuredByTheBaselineThatWasCommittedAndNotByAnAbortedOne() {
    job.close();
    try (KafkaProducer<String, byte[]> learner =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrap(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                topics.prefix()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      learner.initTransactions();
      Baseline committed = Samples.learned("agent:agent", "deletes");
      learner.beginTransaction();
      learner.send(
          new ProducerRecord<>(
              topics.baselines(), committed.key(), Baseline.CODEC.encode(committed)));
      learner.commitTransaction();
      learner.beginTransaction();
      learner.send(new ProducerRecord<>(topics.baselines(), committed.key(), null));
      learner.flush();
      learner.abortTransaction();
    }
    // A restart reads the table to its end, which is a transaction's marker.
    job = startJob();
    send(Samples.shell("a-1", "agent", NOON, "rm f" + " f".repeat(59)));

    assertThat(probe.awaitAtLeast(topics.findings(), 3))
        .map(message -> Finding.CODEC.decode(utf8(message.value())))
        .filteredOn(finding -> finding.ruleId().equals("anomaly"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.recommendation()).isEqualTo(Recommendation.CONTAIN);
              assertThat(finding.summary()).contains("60 deletes within the last");
              assertThat(finding.because())
                  .anySatisfy(line -> assertThat(line).contains("of 1000 active minutes"));
            });
    assertThat(probe.awaitAtLeast(topics.containmentOrders(), 1)).hasSize(1);
  }

  @Test
  void aJobWithoutKafkaSaysSo() {
    KafkaSettings nowhere = new KafkaSettings("127.0.0.1:1", topics, Map.of());
    try (ScoringJob lost =
        ScoringJob.start(
            nowhere,
            1,
            stateDir.resolve("lost"),
            new SimpleMeterRegistry(),
            Samples.scoring(),
            RiskBench.POLICY)) {
      assertThatThrownBy(() -> lost.awaitRunning(Duration.ofMillis(300)))
          .isInstanceOf(CountermandException.class)
          .hasMessageContaining("127.0.0.1:1");
    }
  }

  @Test
  void closingCommitsWhatWasScored() {
    send(Samples.shell("a-1", "agent", NOON, "ls"));
    probe.awaitAtLeast(topics.verdicts(), 1);
    job.close();
    job = startJob();
    send(Samples.shell("a-2", "agent", NOON, "ls"));

    assertThat(probe.awaitAtLeast(topics.verdicts(), 2)).hasSize(2);
    await().untilAsserted(() -> assertThat(job.isRunning()).isTrue());
  }

  private ScoringJob startJob() {
    return ScoringJob.start(
            settings, 1, stateDir.resolve("state"), registry, Samples.scoring(), RiskBench.POLICY)
        .awaitRunning(PATIENCE);
  }

  private static Action mentioning(String id, Phase phase, CredentialRole role, String file) {
    return Samples.action(
        id,
        "agent",
        NOON,
        phase,
        Outcome.SUCCESS,
        "ls",
        List.of(Samples.mention(FOREIGN, role, file)));
  }

  private void send(Action action) {
    send(topics.actions(), action.agentId(), Action.CODEC, action);
  }

  private <T> void send(String topic, String key, DocumentCodec<T> codec, T document) {
    probe.produce(topic, key, new String(codec.encode(document), StandardCharsets.UTF_8));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
