package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.model.Credential;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.testkit.KafkaProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An endpoint as docs/webhook.md describes it, whose badges open doors. A call can be held up
 * before or after it has its effect.
 */
final class Doors implements AutoCloseable {
  /** The name it has as a provider. */
  static final String NAME = "doors";

  static final String WORKS = "works";

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpDouble server = new HttpDouble(this::serve);
  private final Map<String, String> badges = new ConcurrentHashMap<>();
  private final Map<String, Hold> holds = new ConcurrentHashMap<>();

  /** A call that is held up. */
  record Hold(boolean isBeforeEffect, CountDownLatch came, CountDownLatch go) {
    void awaitCall() throws InterruptedException {
      assertThat(came.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    void letGo() {
      go.countDown();
    }
  }

  int port() {
    return server.port();
  }

  ContainmentSettings.Provider provider(Path directory) {
    return provider(directory, port());
  }

  static ContainmentSettings.Provider provider(Path directory, int port) {
    return Providers.of(
        "webhook",
        PATIENCE,
        Map.of(
            "url",
            "http://127.0.0.1:" + port + "/",
            "token",
            Providers.secret(directory.resolve("doors.secret"), SECRET)));
  }

  /** A badge that works and is registered. */
  Rig.Token badge(Rig rig) {
    String secret = Credentials.freshSecret();
    String badge = KafkaProbe.uniqueName("badge");
    badges.put(badge, WORKS);
    Credential credential =
        rig.credentials.of(badge, "badge", NAME, Map.of("badge", badge), secret);
    rig.register(credential);
    return new Rig.Token(secret, credential);
  }

  boolean works(Rig.Token badge) {
    return WORKS.equals(badges.get(badge.credential().name()));
  }

  /** As if somebody gave it back by hand. */
  void repair(Rig.Token badge) {
    badges.put(badge.credential().name(), WORKS);
  }

  /** How many calls of a kind came for a badge: {@code execute}, {@code verify}. */
  long calls(String operation, Rig.Token badge) {
    return server.requests().stream()
        .map(request -> tree(request.body()))
        .filter(message -> message.path("type").asText().equals("credential." + operation))
        .filter(message -> badge(message).equals(badge.credential().name()))
        .count();
  }

  /** The next call of a kind waits before it has its effect. */
  Hold holdBefore(String operation) {
    return hold(operation, true);
  }

  /** The next call of a kind has its effect and is not answered before it may. */
  Hold holdAnswer(String operation) {
    return hold(operation, false);
  }

  private Hold hold(String operation, boolean isBeforeEffect) {
    Hold hold = new Hold(isBeforeEffect, new CountDownLatch(1), new CountDownLatch(1));
    holds.put("credential." + operation, hold);
    return hold;
  }

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    JsonNode message = tree(request.body());
    String type = message.path("type").asText();
    Hold hold = holds.remove(type);
    if (hold != null && hold.isBeforeEffect()) {
      await(hold);
    }
    ObjectNode answer = Json.mapper().createObjectNode();
    if (!type.equals("credential.check")) {
      answer(type, badge(message), message.path("data"), answer);
    }
    if (hold != null && !hold.isBeforeEffect()) {
      await(hold);
    }
    return new HttpDouble.Answer(200, answer.toString());
  }

  private void answer(String type, String badge, JsonNode data, ObjectNode answer) {
    switch (type) {
      case "credential.plan" ->
          answer
              .put("blast_radius", "one badge")
              .putObject("prior")
              .put("state", badges.get(badge));
      case "credential.execute" -> {
        badges.put(badge, data.path("rung").asText());
        answer.put("detail", "badge is now " + badges.get(badge));
      }
      case "credential.verify" ->
          answer
              .put("life", WORKS.equals(badges.get(badge)) ? "alive" : "dead")
              .put("seen", "badge is " + badges.get(badge));
      default -> {
        badges.put(badge, data.at("/prior/state").asText());
        answer.put("result", "restored").put("detail", "badge is " + badges.get(badge));
      }
    }
  }

  private static void await(Hold hold) {
    hold.came().countDown();
    try {
      assertThat(hold.go().await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String badge(JsonNode message) {
    return message.at("/data/credential/handle/badge").asText();
  }

  private static JsonNode tree(String body) {
    try {
      return Json.mapper().readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
