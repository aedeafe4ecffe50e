package dev.countermand.collectors.gateway;

import dev.countermand.model.Action;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Decision;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A gateway on topics of its own, what is written there and, where a test says so, a scorer. */
final class WatchedGateway implements AutoCloseable {
  private final KafkaSettings kafka;
  private final KafkaProbe probe;
  private final GatewayFixture gateway;
  private final @Nullable ScriptedScorer scorer;

  private WatchedGateway(KafkaSettings kafka, Path data, @Nullable ScriptedScorer scorer)
      throws IOException {
    this.kafka = kafka;
    this.probe = new KafkaProbe(TestServers.kafka());
    this.scorer = scorer;
    this.gateway = GatewayFixture.start(kafka, data);
  }

  /** One that nobody scores for. */
  static WatchedGateway start(Path data) throws IOException {
    return new WatchedGateway(topicsOfItsOwn(), data, null);
  }

  /** One whose attempts are answered by a script. */
  static WatchedGateway scored(Path data, Function<Action, Decision> script)
      throws IOException, InterruptedException {
    KafkaSettings kafka = topicsOfItsOwn();
    return new WatchedGateway(kafka, data, ScriptedScorer.start(kafka, script));
  }

  private static KafkaSettings topicsOfItsOwn() {
    KafkaSettings kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    return kafka;
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

  List<Action> actions(int atLeast) {
    return GatewayFixture.actions(probe, kafka, atLeast);
  }

  List<DeadLetter> deadLetters(int atLeast) {
    return GatewayFixture.deadLetters(probe, kafka, atLeast);
  }

  /** The first of a code in whose remains a word stands. */
  DeadLetter deadLetter(String code, String marker) {
    return GatewayFixture.deadLetter(probe, kafka, code, marker);
  }

  void nothingOnATopicHolds(String secret) {
    GatewayFixture.nothingOnATopicHolds(probe, kafka, secret);
  }

  @Override
  public void close() throws Exception {
    gateway.close();
    if (scorer != null) {
      scorer.close();
    }
    probe.close();
  }
}
