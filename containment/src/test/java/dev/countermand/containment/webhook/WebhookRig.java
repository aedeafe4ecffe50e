package dev.countermand.containment.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An endpoint of badges, as docs/webhook.md describes it, and a revoker that asks it. */
final class WebhookRig implements HttpRevokerRig, AutoCloseable {
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  final HttpDouble server = new HttpDouble(this::serve);
  private final Path directory;
  private final Credentials credentials;
  private final Map<String, String> badges = new ConcurrentHashMap<>();
  private final Set<String> ids = ConcurrentHashMap.newKeySet();

  WebhookRig(Path directory) {
    this.directory = directory;
    this.credentials = new Credentials(directory.resolve("keys"));
  }

  @Override
  public Revoker revoker() {
    return revokerAt(server.port(), TIMEOUT);
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create("http://127.0.0.1:" + port + "/countermand", SECRET, timeout);
  }

  Revoker create(String url, String secret, Duration timeout) {
    return new WebhookRevokerFactory()
        .create(
            "badges",
            Providers.of(
                "webhook",
                timeout,
                Map.of(
                    "url",
                    url,
                    "token",
                    Providers.secret(directory.resolve("webhook.secret"), secret),
                    "rungs",
                    List.of("narrow", "suspend", "revoke"))),
            new HttpCaller(timeout));
  }

  @Override
  public Target freshTarget() {
    Target target = unknownTarget();
    giveBack(target);
    return target;
  }

  @Override
  public Target unknownTarget() {
    String badge = KafkaProbe.uniqueName("badge");
    return credentials.target(
        credentials.of(
            "door", "badge", "badges", Map.of("badge", badge), Credentials.freshSecret()));
  }

  @Override
  public URI provider() {
    return server.address();
  }

  @Override
  public boolean changesSomething(String method, String path, String body) {
    return Set.of("credential.execute", "credential.restore")
        .contains(tree(body).path("type").asText());
  }

  @Override
  public boolean works(Target target) {
    return Set.of("works", "narrow").contains(stateOf(target));
  }

  @Override
  public boolean changes(Target target) {
    return stateOf(target).equals("works");
  }

  @Override
  public Object description(Target target) {
    return stateOf(target);
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  @Override
  public void giveBack(Target target) {
    badges.put(badge(target), "works");
  }

  String stateOf(Target target) {
    return String.valueOf(badges.get(badge(target)));
  }

  static String badge(Target target) {
    return String.valueOf(target.handle().get("badge"));
  }

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    if (!isSigned(request)) {
      return new HttpDouble.Answer(401, "{\"error\":\"signature\"}");
    }
    JsonNode message = tree(request.body());
    String type = message.path("type").asText();
    if (type.equals("credential.check")) {
      return new HttpDouble.Answer(200, "{}");
    }
    String badge = message.at("/data/credential/handle/badge").asText();
    if (!badges.containsKey(badge)) {
      return new HttpDouble.Answer(404, "{}");
    }
    ObjectNode answer = Json.mapper().createObjectNode();
    String rung = message.at("/data/rung").asText();
    switch (type) {
      case "credential.plan" ->
          answer
              .put("blast_radius", "one badge")
              .putObject("prior")
              .put("state", badges.get(badge));
      case "credential.execute" -> {
        badges.put(badge, rung);
        answer.put("detail", "badge is now " + rung);
      }
      case "credential.verify" ->
          answer
              .put("life", badges.get(badge).equals(rung) ? "dead" : "alive")
              .put("seen", "badge is " + badges.get(badge));
      default -> restore(badge, message.at("/data/prior/state").asText(), answer);
    }
    return new HttpDouble.Answer(200, answer.toString());
  }

  private void restore(String badge, String before, ObjectNode answer) {
    if ("revoke".equals(badges.get(badge))) {
      answer.put("result", "impossible").put("detail", "print a new badge");
    } else {
      badges.put(badge, before);
      answer.put("result", "restored").put("detail", "badge is " + before);
    }
  }

  private boolean isSigned(HttpDouble.Request request) {
    String id = request.header("webhook-id");
    String seconds = request.header("webhook-timestamp");
    long age = Instant.now().getEpochSecond() - Long.parseLong(seconds);
    String expected = "v1," + sum(id + "." + seconds + "." + request.body());
    return Math.abs(age) < 300
        && ids.add(id)
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8),
            request.header("webhook-signature").getBytes(StandardCharsets.UTF_8));
  }

  private static String sum(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(
              Base64.getDecoder().decode(SECRET.substring("whsec_".length())), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode tree(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
