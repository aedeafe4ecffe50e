package dev.countermand.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerTest {
  @TempDir Path directory;

  @Test
  void recordsSurviveAStopAStartAndAKill() throws Exception {
    List<String> steps = new ArrayList<>();
    try (KafkaServer kafka =
        KafkaServer.start(directory, KafkaServer.Options.defaults().withProgress(steps::add))) {
      String address = kafka.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
        admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
      }
      send(address, "before the stop");
      kafka.restart();
      assertThat(kafka.bootstrapServers()).isEqualTo(address);
      send(address, "before the kill");
      kafka.kill();
      assertThat(kafka.isAlive()).isFalse();
      kafka.restart();
      assertThat(values(address)).containsExactly("before the stop", "before the kill");
    }
    assertThat(steps).anyMatch(step -> step.startsWith("Kafka is ready after"));
    assertThat(directory.resolve("kafka.log")).isNotEmptyFile();
  }

  @Test
  void aTakenPortIsNamedWithTheProcessThatHoldsIt() throws Exception {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      KafkaServer.Options options = KafkaServer.Options.defaults().withPort(holder.getLocalPort());
      assertThatThrownBy(() -> KafkaServer.start(directory, options))
          .isInstanceOfSatisfying(
              EmbeddedServerException.class, e -> assertThat(e.code()).isEqualTo("PORT_TAKEN"))
          .hasMessageContaining("port " + holder.getLocalPort())
          .hasMessageContaining("pid " + ProcessHandle.current().pid());
    }
  }

  @Test
  void aServerThatCannotStartSaysWhyWithTheEndOfItsLog() {
    KafkaServer.Options options =
        KafkaServer.Options.defaults().withSettings(Map.of("num.io.threads", "none"));
    assertThatThrownBy(() -> KafkaServer.start(directory, options))
        .isInstanceOfSatisfying(
            EmbeddedServerException.class,
            e -> assertThat(e.code()).isEqualTo("SERVER_DID_NOT_START"))
        .hasMessageContaining("num.io.threads");
  }

  private static void send(String address, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", address), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("kept", value)).get();
    }
  }

  private static List<String> values(String address) {
    TopicPartition partition = new TopicPartition("kept", 0);
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", address),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofSeconds(1))) {
          values.add(message.value());
        }
      }
    }
    return values;
  }
}
