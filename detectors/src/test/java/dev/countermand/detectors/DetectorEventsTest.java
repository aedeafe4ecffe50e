package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.countermand.detectors.baseline.Trait;
import dev.countermand.detectors.baseline.TraitKind;
import dev.countermand.detectors.grant.Grants;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Learned;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Seen;
import dev.countermand.model.Task;
import dev.countermand.model.json.Extra;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs the file {@code events.yaml} that lies in the folder of every detector. */
final class DetectorEventsTest {
  private static final Map<String, String> DEFAULTS =
      Map.of("phase", "attempt", "outcome", "unknown");

  @TestFactory
  Stream<DynamicNode> everyDetectorFiresAndIsSilentWhereItsEventsSaySo() {
    return ServiceLoader.load(Detector.class).stream()
        .map(ServiceLoader.Provider::get)
        .flatMap(DetectorEventsTest::tests);
  }

  private static Stream<DynamicNode> tests(Detector detector) {
    JsonNode events = events(detector);
    assertThat(events.path("fires")).as(detector.id() + " fires").isNotEmpty();
    assertThat(events.path("silent")).as(detector.id() + " is silent").isNotEmpty();
    return Stream.concat(
        stream(events.path("fires")).map(c -> test(detector, c, () -> fires(detector, c))),
        stream(events.path("silent")).map(c -> test(detector, c, () -> silent(detector, c))));
  }

  private static DynamicTest test(Detector detector, JsonNode c, Runnable check) {
    return DynamicTest.dynamicTest(detector.id() + ": " + c.get("case").asText(), check::run);
  }

  private static void fires(Detector detector, JsonNode c) {
    Finding finding = play(detector, c).orElseThrow(() -> new AssertionError("it is silent"));
    JsonNode expected = c.get("finding");
    assertThat(finding.severity().wireName()).isEqualTo(expected.get("severity").asText());
    assertThat(finding.recommendation().wireName())
        .isEqualTo(expected.get("recommendation").asText());
    assertThat(finding.id()).isEqualTo("act:" + detector.id());
    String text = finding.summary() + "\n" + String.join("\n", finding.because());
    stream(expected.path("says")).forEach(said -> assertThat(text).contains(said.asText()));
    stream(expected.path("related"))
        .forEach(id -> assertThat(finding.relatedActions()).contains(id.asText()));
  }

  private static void silent(Detector detector, JsonNode c) {
    assertThat(play(detector, c)).isEmpty();
  }

  private static Optional<Finding> play(Detector detector, JsonNode c) {
    Task task =
        c.path("task").asBoolean() ? Samples.task().ofProfile(c.path("profile").textValue()) : null;
    Known known = new Known(Samples::registry, key -> learned(c, key));
    AgentState state = AgentState.EMPTY;
    int number = 0;
    for (JsonNode before : c.path("before")) {
      for (int i = 0; i < before.path("times").asInt(1); i++) {
        Action action = action(before, "before-" + number++, i);
        state =
            state
                .plus(action, action.effects(), Grants.BUILT_IN.scope(action, task, known), known)
                .answered(
                    action, before.path("denied").asBoolean() ? Decision.DENY : Decision.ALLOW);
      }
    }
    Action action = action(c.get("action"), "act", 0);
    Scope scope = Grants.BUILT_IN.scope(action, task, known);
    AgentState after = state.plus(action, action.effects(), scope, known);
    return detector.detect(new Situation(action, action.effects(), scope, known, state, after));
  }

  /**
   * Reads {@code subject: {feature: [windows, p50, p95, p99, max, events an hour]}}, and {@code
   * subject: {seen: {kind: {days: 30, times: 9000, once: 0, is: [things]}}}}.
   */
  private static Optional<Baseline> learned(JsonNode c, String key) {
    String subject = key.substring(0, key.lastIndexOf('|'));
    String feature = key.substring(key.lastIndexOf('|') + 1);
    JsonNode given = c.path("learned").path(subject).path(feature);
    if (feature.equals(Baseline.SEEN) && !given.isMissingNode()) {
      return Optional.of(
          new Baseline(subject, Samples.NOON, feature, 1, 60, null, seen(given), Extra.NONE));
    }
    return given.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new Baseline(
                subject,
                Samples.NOON,
                feature,
                given.get(5).asDouble(),
                3_600,
                new Learned(
                    60,
                    given.get(0).asLong(),
                    0,
                    given.get(1).asLong(),
                    given.get(2).asLong(),
                    given.get(3).asLong(),
                    given.get(4).asLong(),
                    Samples.NOON,
                    null,
                    Extra.NONE),
                Extra.NONE));
  }

  private static List<Seen> seen(JsonNode kinds) {
    return kinds.properties().stream()
        .map(
            one ->
                new Seen(
                    one.getKey(),
                    Samples.NOON.minus(Duration.ofDays(one.getValue().get("days").asLong())),
                    one.getValue().get("times").asDouble(),
                    one.getValue().path("once").asLong(),
                    one.getValue().path("full").asBoolean(),
                    stream(one.getValue().path("is"))
                        .map(
                            thing ->
                                Trait.digest(
                                    Samples.wire(TraitKind.values(), one.getKey()), thing.asText()))
                        .sorted()
                        .collect(Collectors.joining()),
                    Extra.NONE))
        .toList();
  }

  private static Action action(JsonNode node, String id, int repetition) {
    double seconds = node.path("at").asDouble() + repetition * node.path("every").asDouble();
    Instant time = Samples.NOON.plusMillis(Math.round(seconds * 1_000));
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < node.path("each").asInt(1); i++) {
      node.path("effects").forEach(effect -> effects.add(Samples.effect(effect.asText())));
    }
    Action complete =
        Samples.action(
            node.path("id").asText(id),
            time,
            Samples.wire(Phase.values(), text(node, "phase")),
            Samples.wire(Outcome.values(), text(node, "outcome")),
            node.path("call").asText("call-" + id),
            effects,
            stream(node.path("credentials")).map(m -> Samples.mention(m.asText())).toList());
    ObjectNode tree = Action.CODEC.toTree(complete);
    tree.withObject("/countermand/redaction")
        .put("status", node.path("redaction").asText(Action.REDACTION_COMPLETE));
    if (node.has("command")) {
      tree.withObject("/process").put("command_line", node.get("command").asText());
    }
    if (node.has("output")) {
      tree.withObject("/gen_ai/tool/call/result").put("text", node.get("output").asText());
    }
    if (node.has("agent_kind")) {
      tree.withObject("/countermand/agent").put("kind", node.get("agent_kind").asText());
    }
    if (node.has("name")) {
      tree.withObject("/event").put("action", node.get("name").asText());
    }
    tree.withObject("/countermand/action").put("kind", node.path("kind").asText("shell"));
    for (String size : List.of("input_bytes", "output_bytes")) {
      if (node.has(size)) {
        tree.withObject("/countermand/action").put(size, node.get(size).asLong());
      }
    }
    return Action.CODEC.fromTree(tree);
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText(DEFAULTS.get(field));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode events(Detector detector) {
    try (InputStream in = detector.getClass().getResourceAsStream("events.yaml")) {
      assertThat(in).as("events.yaml in the folder of " + detector.id()).isNotNull();
      return new YAMLMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
