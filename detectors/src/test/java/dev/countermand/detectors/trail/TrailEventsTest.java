package dev.countermand.detectors.trail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Wire;
import dev.countermand.model.json.Extra;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every detector of trails fires and is silent where its own file says so. */
class TrailEventsTest {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final String FINGERPRINT = "2".repeat(32);

  @TestFactory
  Stream<DynamicNode> eachDetectorFiresAndIsSilentAsItsEventsSay() {
    return ServiceLoader.load(TrailDetector.class).stream()
        .map(ServiceLoader.Provider::get)
        .flatMap(
            detector -> {
              JsonNode events = events(detector);
              assertThat(events.path("fires").size()).isPositive();
              assertThat(events.path("silent").size()).isPositive();
              return Stream.concat(
                  cases(events, "fires")
                      .map(one -> test(detector, one, () -> fires(detector, one))),
                  cases(events, "silent")
                      .map(
                          one ->
                              test(
                                  detector, one, () -> assertThat(play(detector, one)).isEmpty())));
            });
  }

  private static Stream<JsonNode> cases(JsonNode events, String name) {
    return StreamSupport.stream(events.path(name).spliterator(), false);
  }

  private static DynamicTest test(
      TrailDetector detector, JsonNode one, org.junit.jupiter.api.function.Executable executable) {
    return DynamicTest.dynamicTest(detector.id() + ": " + one.get("case").asText(), executable);
  }

  private static void fires(TrailDetector detector, JsonNode one) {
    JsonNode expected = one.get("finding");
    List<Finding> findings = play(detector, one);

    assertThat(findings).hasSize(1);
    Finding finding = findings.get(0);
    assertThat(finding.agentId()).isEqualTo(expected.get("about").asText());
    assertThat(finding.id())
        .isEqualTo(finding.actionId() + ":" + detector.id() + ":" + FINGERPRINT.substring(0, 12));
    assertThat(finding.severity().wireName()).isEqualTo(expected.get("severity").asText());
    assertThat(finding.recommendation().wireName())
        .isEqualTo(expected.get("recommendation").asText());
    assertThat(finding.credentials()).containsExactly(FINGERPRINT);
    String text = finding.summary() + "\n" + String.join("\n", finding.because());
    expected.path("says").forEach(said -> assertThat(text).contains(said.asText()));
    expected
        .path("related")
        .forEach(id -> assertThat(finding.relatedActions()).contains(id.asText()));
    assertThat(play(detector, one)).as("the same again").isEqualTo(findings);
  }

  /** What the last touch completes; it is played twice, as on a replay. */
  private static List<Finding> play(TrailDetector detector, JsonNode one) {
    Credential credential =
        one.has("credential") ? credential(one.get("credential").asText()) : null;
    CredentialTrail trail = CredentialTrail.EMPTY;
    List<CredentialTouch> touches = new ArrayList<>();
    for (JsonNode touch : one.get("touches")) {
      touches.add(touch(touch, "t-" + touches.size()));
    }
    List<Finding> found = List.of();
    for (CredentialTouch touch : touches) {
      for (String news : List.of("taken", "given")) {
        Instant at = NOON.plusSeconds(one.path(news).asLong());
        if (one.has(news) && at.isBefore(touch.received())) {
          trail =
              trail.plus(
                  new Taken(
                      FINGERPRINT, "order-1", "contained", at, news.equals("taken"), Extra.NONE));
        }
      }
      trail = trail.plus(touch);
      found = detector.detect(new TrailSituation(touch, trail, credential));
    }
    CredentialTouch last = touches.get(touches.size() - 1);
    assertThat(detector.detect(new TrailSituation(last, trail.plus(last), credential)))
        .as("the last touch a second time")
        .isEqualTo(found);
    return found;
  }

  static CredentialTouch touch(JsonNode node, String id) {
    Instant time = NOON.plusSeconds(node.path("at").asLong());
    return new CredentialTouch(
        FINGERPRINT,
        List.of(),
        "oauth2-token",
        wire(CredentialRole.values(), node.get("role").asText()),
        id,
        time,
        time,
        wire(Phase.values(), node.path("phase").asText("attempt")),
        wire(Outcome.values(), node.path("outcome").asText("unknown")),
        node.get("agent").asText(),
        null,
        "session",
        null,
        node.path("source").asText("here"),
        node.has("environment") ? node.get("environment").asText() : null,
        node.has("file") ? node.get("file").asText() : null,
        node.path("granted").asBoolean(),
        node.path("grave").asBoolean(),
        Extra.NONE);
  }

  static @Nullable Credential credential(String environment) {
    return new Credential(
        FINGERPRINT,
        "k1",
        NOON,
        "provider-admin",
        "oauth2-token",
        "infra",
        "platform",
        environment,
        List.of("destroy:volume"),
        Map.of(),
        null,
        "alice",
        Extra.NONE);
  }

  private static <W extends Wire> W wire(W[] values, String name) {
    return Stream.of(values).filter(one -> one.wireName().equals(name)).findFirst().orElseThrow();
  }

  private static JsonNode events(TrailDetector detector) {
    try (InputStream in = detector.getClass().getResourceAsStream("events.yaml")) {
      return new YAMLMapper()
          .readTree(Objects.requireNonNull(in, detector.id() + " has no events.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
