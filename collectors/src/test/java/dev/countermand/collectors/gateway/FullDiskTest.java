package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.SmallDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose disk is really full while Kafka is really away. */
final class FullDiskTest {
  @TempDir Path directory;
  private SmallDisk disk;
  private KafkaServer server;
  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    Path data = directory.resolve("data");
    disk = SmallDisk.mount(data, 4);
    server = KafkaServer.start(directory.resolve("kafka"), KafkaServer.Options.defaults());
    KafkaSettings kafka = GatewayFixture.settings(server.bootstrapServers());
    GatewayFixture.createTopics(kafka);
    gateway =
        GatewayFixture.start(
            kafka,
            data,
            GatewayFixture.config(data, Duration.ofSeconds(1), 1 << 30),
            Gateway.PATIENCE);
    gateway.awaitWay(Outbox.Way.UP);
    server.kill();
    gateway.attempt("ls");
    gateway.awaitWay(Outbox.Way.AWAY);
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    if (server != null) {
      server.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  private GatewayFixture.Reply report(int number) {
    return gateway.post(
        GatewayFixture.ACTIONS,
        GatewayFixture.FLEET,
        "application/json",
        "{\"agent\":{\"id\":\"a\"},\"session\":\"s\",\"phase\":\"notice\",\"input\":{\"n\":\"%s\"}}"
            .formatted("x".repeat(5_000) + number)
            .getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode health() {
    return gateway.get("/health").body();
  }

  private long spoolFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("data").resolve("spool"))) {
      return files.count();
    }
  }

  @Test
  void itSaysWhatItLosesAndKeepsAgainWhenThereIsRoom() throws Exception {
    assertThat(report(0).status()).isEqualTo(200);
    assertThat(health().has("lost")).isFalse();
    long files = spoolFiles();
    Instant before = Instant.now();
    disk.fill();

    for (int i = 0; i < 30; i++) {
      assertThat(report(i).code()).isEqualTo("SPOOL_UNUSABLE");
    }
    assertThat(gateway.attempt("volumeDelete").permission()).isEqualTo("deny");

    JsonNode health = health();
    assertThat(health.path("status").asText()).isEqualTo("degraded");
    assertThat(health.at("/lost/records").asInt()).isGreaterThanOrEqualTo(30);
    assertThat(health.at("/lost/code").asText()).isEqualTo("SPOOL_UNUSABLE");
    assertThat(Instant.parse(health.at("/lost/since").asText())).isBetween(before, Instant.now());
    assertThat(spoolFiles()).as("files a refusing disk leaves behind").isLessThanOrEqualTo(files);

    disk.free();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> report(1).status() == 200 && !health().has("lost"));
  }

  @Test
  void itEmptiesTheSpoolToAKafkaThatIsBackThoughTheDiskIsStillFull() throws Exception {
    assertThat(report(0).status()).isEqualTo(200);
    disk.fill();
    assertThat(report(1).status()).isEqualTo(503);
    assertThat(health().at("/spool/records").asInt()).isPositive();

    server.restart();
    gateway.awaitWay(Outbox.Way.UP);

    assertThat(report(2).status()).isEqualTo(200);
    assertThat(health().path("status").asText()).isEqualTo("ok");
    assertThat(health().at("/spool/records").asInt()).isZero();
    assertThat(health().has("lost")).isFalse();
    assertThat(Files.getFileStore(directory.resolve("data")).getUsableSpace()).isPositive();
  }
}
