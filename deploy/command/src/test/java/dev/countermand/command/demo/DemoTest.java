package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexReader;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The incident, once, on the whole real stack. */
final class DemoTest {
  @TempDir static Path directory;

  private static Demo demo;
  private static DemoReport report;

  @BeforeAll
  static void play() throws Exception {
    openToEveryUser(directory);
    demo = new Demo(directory.resolve("demo"), sentence -> {});
    report = demo.guarded();
  }

  @AfterAll
  static void end() {
    demo.close();
  }

  @Test
  void nothingIsLost() {
    assertThat(report.after()).isEqualTo(report.before());
    assertThat(report.before()).isEqualTo(new ProviderProcess.Inventory(3, 9));
    assertThat(report.saved()).isTrue();
  }

  @Test
  void theDestructiveCallIsDeniedAtTheHookByScoring() {
    assertThat(report.decision()).isEqualTo("deny");
    assertThat(report.findings())
        .extracting(Finding::ruleId)
        .contains("credential-scope", "destructive");
  }

  @Test
  void theWayOfTheCredentialIsDrawnFromTheFileToItsProvedDeath() {
    assertThat(report.lineages())
        .singleElement()
        .satisfies(
            lineage -> {
              assertThat(lineage.stations())
                  .extracting(Lineage.Station::what)
                  .containsExactly("read", "used", "meant", "taken", "dead");
              assertThat(lineage.stations().get(0).text()).contains("domain-renewal/.env");
              assertThat(lineage.stations().get(2).text()).contains("destroy volume vol-7f3a91");
              assertThat(lineage.stations().get(4).text()).contains("active: false");
            });
  }

  @Test
  void theReadIsWarnedOfTheUseIsContainedAndSoWouldTheDeleteBe() {
    assertThat(report.findings())
        .filteredOn(finding -> finding.ruleId().equals("credential-scope"))
        .extracting(Finding::recommendation)
        .contains(Recommendation.NOTIFY, Recommendation.CONTAIN);
    assertThat(report.findings())
        .filteredOn(finding -> finding.ruleId().equals("destructive"))
        .extracting(Finding::recommendation)
        .containsOnly(Recommendation.DENY);
  }

  @Test
  void theSameCallPastTheHookIsRefusedBecauseTheTokenIsDead() {
    assertThat(report.replayStatus()).isEqualTo(401);
    assertThat(report.tokenActive()).isFalse();
    assertThat(report.useToProof()).isNotNull();
  }

  @Test
  void theKillSwitchDeniesWhatTheAgentTriesAfterwards() {
    assertThat(report.afterwards()).isEqualTo("deny");
    assertThat(report.useToKillSwitch()).isNotNull();
  }

  @Test
  void everyFindingAndOutcomeIsInElasticsearch() {
    assertThat(report.indexed()).isGreaterThan(report.findings().size() + report.outcomes().size());
  }

  @Test
  void noRawSecretIsOnAnyTopic() {
    KafkaSettings kafka = Objects.requireNonNull(demo.stack()).config().kafka().settings();
    List<byte[]> everything = new ArrayList<>();
    // Those that Kafka Streams keeps for itself included.
    for (String topic : topics(kafka)) {
      everything.addAll(everythingOn(kafka, topic));
    }
    assertThat(everything).hasSizeGreaterThan(20);
    everything.forEach(bytes -> assertNoSecret(bytes, "a topic"));
  }

  @Test
  void noRawSecretIsInElasticsearch() {
    Configuration.Elasticsearch target =
        Objects.requireNonNull(demo.stack()).config().elasticsearch();
    try (IndexReader reader = new IndexReader(target)) {
      for (DataStream stream : DataStream.values()) {
        List<String> sources = reader.sources(stream.in(target.namespace())).toList();
        assertThat(sources).isNotEmpty();
        sources.forEach(
            source -> assertNoSecret(source.getBytes(StandardCharsets.UTF_8), "Elasticsearch"));
      }
    }
  }

  @Test
  void noRawSecretIsInTheSpoolTheLogsOrAnyOtherFile() throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory.resolve("demo"))) {
      files =
          walk.filter(Files::isRegularFile)
              .filter(file -> !file.startsWith(directory.resolve("demo/secrets")))
              .filter(file -> !file.getFileName().toString().equals("provider.json"))
              .toList();
    }
    assertThat(files).hasSizeGreaterThan(20);
    for (Path file : files) {
      assertNoSecret(Files.readAllBytes(file), file.toString());
    }
  }

  @Test
  void theReportForMachinesHoldsNoSecretAndAllTheFigures() {
    String json = report.toJson().toString();
    assertNoSecret(json.getBytes(StandardCharsets.UTF_8), "the report");
    assertThat(report.toJson().at("/milliseconds_from_use/to_proof").isNumber()).isTrue();
    assertThat(report.toJson().at("/volumes/left").asInt()).isEqualTo(3);
    assertThat(report.toJson().at("/backups/left").asInt()).isEqualTo(9);
  }

  @Test
  void unguardedTheVolumeAndItsBackupsAreReallyGone(@TempDir Path other) throws Exception {
    try (Demo unguarded = new Demo(other, sentence -> {})) {
      DemoReport lost = unguarded.unguarded();
      assertThat(lost.after()).isEqualTo(new ProviderProcess.Inventory(2, 6));
      assertThat(lost.tokenActive()).isTrue();
      assertThat(lost.saved()).isFalse();
      assertThat(other.resolve("provider/volumes/vol-7f3a91")).doesNotExist();
    }
  }

  private static void assertNoSecret(byte[] bytes, String where) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String name :
        List.of("account_token", "staging_token", "operator_token", "client_secret")) {
      assertThat(text.contains(demo.told(name))).as("%s in %s", name, where).isFalse();
    }
  }

  private static List<String> topics(KafkaSettings kafka) {
    try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(kafka.tailing("test"))) {
      List<String> topics =
          consumer.listTopics().keySet().stream().filter(name -> !name.startsWith("__")).toList();
      assertThat(topics).hasSizeGreaterThan(kafka.topics().all().size());
      return topics;
    }
  }

  private static List<byte[]> everythingOn(KafkaSettings kafka, String topic) {
    try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(kafka.tailing("test"))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<byte[]> values = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(100))) {
          values.add(message.value() == null ? new byte[0] : message.value());
          Arrays.stream(message.headers().toArray()).forEach(header -> values.add(header.value()));
        }
      }
      return values;
    }
  }

  private static void openToEveryUser(Path path) throws IOException {
    Files.setPosixFilePermissions(
        path, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
