package dev.countermand.collectors.gateway;

import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A gateway on topics of its own, and what is written there. */
final class WatchedGateway implements AutoCloseable {
  private final KafkaSettings kafka;
  private final KafkaProbe probe;
  private final GatewayFixture gateway;

  private WatchedGateway(KafkaSettings kafka, KafkaProbe probe, GatewayFixture gateway) {
    this.kafka = kafka;
    this.probe = probe;
    this.gateway = gateway;
  }

  static WatchedGateway start(Path data) throws IOException {
    KafkaSettings kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    KafkaProbe probe = new KafkaProbe(TestServers.kafka());
    return new WatchedGateway(kafka, probe, GatewayFixture.start(kafka, data));
  }

  GatewayFixture gateway() {
    return gateway;
  }

  Topics topics() {
    return kafka.topics();
  }

  /** What is on a topic under the key of an agent. */
  <T> List<T> written(String topic, DocumentCodec<T> codec, String agent) {
    List<T> all = new ArrayList<>();
    for (KafkaProbe.Message message : probe.readAll(topic)) {
      if (agent.equals(message.key())) {
        try {
          all.add(codec.decode(String.valueOf(message.value()).getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedDocumentException e) {
          throw new AssertionError(e);
        }
      }
    }
    return all;
  }

  @Override
  public void close() {
    gateway.close();
    probe.close();
  }
}
