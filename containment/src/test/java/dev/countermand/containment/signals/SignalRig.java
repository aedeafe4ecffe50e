package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.OutcomeSample;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A transmitter on a real Kafka, with a receiver by push and one by poll. For one test. */
final class SignalRig implements AutoCloseable {
  static final String PUSHED = "shop";
  static final String POLLED = "directory";

  final PushEndpoint endpoint = new PushEndpoint();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final KafkaSettings kafka;
  final Path directory;
  final int port = freePort();
  private final KafkaProbe probe = new KafkaProbe(TestServers.kafka());
  private @Nullable SignalService service;

  SignalRig(Path directory) {
    this.directory = directory;
    Topics topics = new Topics(KafkaProbe.uniqueName("signals"));
    this.kafka = new KafkaSettings(TestServers.kafka().bootstrapServers(), topics, Map.of());
    Set<String> needed =
        Set.of(
            topics.containmentOutcomes(),
            topics.risk(),
            topics.signals(),
            topics.signalState(),
            topics.deadLetters());
    new TopicAdmin(kafka)
        .ensure(topics.all().stream().filter(t -> needed.contains(t.name())).toList(), 2, 1);
  }

  static SignalSettings settings(Path directory, int port, URI endpoint) {
    return new SignalSettings(
        URI.create("http://127.0.0.1:" + port),
        "127.0.0.1",
        port,
        Map.of(
            PUSHED,
            new SignalSettings.Stream(
                SignalSettings.Delivery.PUSH,
                endpoint,
                secret(directory.resolve(PUSHED), token(PUSHED)),
                secret(directory.resolve("push"), PushEndpoint.TOKEN),
                audience(PUSHED),
                List.of()),
            POLLED,
            new SignalSettings.Stream(
                SignalSettings.Delivery.POLL,
                null,
                secret(directory.resolve(POLLED), token(POLLED)),
                null,
                audience(POLLED),
                List.of())));
  }

  private static SecretRef secret(Path file, String secret) {
    try {
      Files.writeString(file, secret);
      return new SecretRef(file, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String token(String stream) {
    return "token-of-" + stream;
  }

  static String audience(String stream) {
    return "https://" + stream + ".example.com";
  }

  static Pusher.Pauses pauses() {
    return new Pusher.Pauses(Duration.ofMillis(50), Duration.ofMillis(400));
  }

  void start() {
    service =
        SignalService.start(
            kafka,
            settings(directory, port, endpoint.uri()),
            directory.resolve("keys"),
            meters,
            InstantSource.system(),
            pauses());
  }

  void stop() {
    SignalService now = service;
    service = null;
    if (now != null) {
      now.close();
    }
  }

  String issuer() {
    return "http://127.0.0.1:" + port;
  }

  Receiver receiver(String stream) {
    return new Receiver(issuer(), audience(stream));
  }

  ContainmentOutcome outcome(String agent, Step step, @Nullable String credential) {
    ContainmentOutcome outcome =
        OutcomeSample.of(agent, step, StepState.VERIFIED, Instant.now(), credential);
    produce(outcome);
    return outcome;
  }

  void produce(ContainmentOutcome outcome) {
    produce(
        kafka.topics().containmentOutcomes(),
        outcome.agentId(),
        ContainmentOutcome.CODEC.encode(outcome));
  }

  void risk(String agent, @Nullable Recommendation answer) {
    Risk risk =
        new Risk(
            Ids.next(),
            Instant.now(),
            RiskSubject.AGENT,
            RiskSubject.agent(agent),
            agent,
            null,
            60,
            answer,
            21_600,
            List.of(),
            Extra.NONE);
    produce(kafka.topics().risk(), risk.subject(), Risk.CODEC.encode(risk));
  }

  void produce(String topic, String key, byte[] value) {
    probe.produce(topic, key, value, Map.of());
  }

  /** The values of a topic as text. */
  List<String> values(String topic) {
    return probe.readAll(topic).stream().map(KafkaProbe.Message::value).toList();
  }

  /** How many records the topic of signals has for an identifier that say it is acknowledged. */
  long removals(String id) {
    return probe.readAll(kafka.topics().signals()).stream()
        .filter(m -> m.value() == null && String.valueOf(m.key()).endsWith("|" + id))
        .count();
  }

  HttpCaller.Answer call(String method, String path, String stream, String body) {
    return call(method, path, Map.of("Authorization", "Bearer " + token(stream)), body);
  }

  HttpCaller.Answer call(String method, String path, Map<String, String> headers, String body) {
    try {
      return new HttpCaller(Duration.ofSeconds(40))
          .call(method, URI.create(issuer() + path), headers, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode poll(String body) {
    HttpCaller.Answer answer = call("POST", "/poll/" + POLLED, POLLED, body);
    assertThat(answer.status()).isEqualTo(200);
    return json(answer.body());
  }

  /** Polls, acknowledging nothing, until so many wait, and returns all that wait. */
  JsonNode awaitWaiting(int count) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> poll("{\"returnImmediately\":true}").path("sets"), sets -> sets.size() == count);
  }

  static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double counted(String stream, String result) {
    return meters.counter("countermand.signals", "stream", stream, "result", result).count();
  }

  void assertNoTokenAnywhere() {
    for (String topic :
        List.of(
            kafka.topics().signals(), kafka.topics().signalState(), kafka.topics().deadLetters())) {
      assertThat(values(topic).toString().getBytes(StandardCharsets.UTF_8))
          .asString(StandardCharsets.UTF_8)
          .doesNotContain(PushEndpoint.TOKEN, token(PUSHED), token(POLLED));
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
    endpoint.close();
    probe.close();
  }
}
