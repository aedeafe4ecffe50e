package dev.countermand.detectors.sequence;

import static dev.countermand.detectors.sequence.SequenceSamples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.countermand.detectors.incident.Digests;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every sequence is found and is silent where its own file says so. */
class SequenceEventsTest {
  private static final Sequences SEQUENCES = Sequences.standard();

  @TestFactory
  Stream<DynamicNode> eachSequenceIsFoundAndIsSilentAsItsEventsSay() {
    return SEQUENCES.all().stream()
        .flatMap(
            sequence -> {
              JsonNode events = events(sequence);
              assertThat(events.path("fires")).as(sequence.id() + " fires").isNotEmpty();
              assertThat(events.path("silent")).as(sequence.id() + " is silent").isNotEmpty();
              return Stream.concat(
                  stream(events.path("fires")).map(c -> test(sequence, c)),
                  stream(events.path("silent")).map(c -> test(sequence, c)));
            });
  }

  private static DynamicTest test(Sequence sequence, JsonNode c) {
    return DynamicTest.dynamicTest(
        sequence.id() + ": " + c.get("case").asText(), () -> play(sequence, c));
  }

  private static void play(Sequence sequence, JsonNode c) {
    SequenceSamples samples = new SequenceSamples(SEQUENCES);
    List<Finding> told = new ArrayList<>();
    List<Finding> found = new ArrayList<>();
    for (JsonNode node : c.get("findings")) {
      Finding finding = finding(node, told.size());
      told.add(finding);
      found.addAll(samples.tell(finding));
    }

    assertThat(found).hasSize(c.path("found").size());
    for (int i = 0; i < found.size(); i++) {
      check(sequence, found.get(i), c.get("found").get(i));
    }
    assertThat(samples.orders)
        .extracting(ContainmentOrder::id)
        .containsExactlyElementsOf(
            found.stream()
                .filter(finding -> finding.recommendation() == Recommendation.CONTAIN)
                .map(finding -> finding.id() + ":contain")
                .toList());
    List<Finding> again = told.stream().flatMap(one -> samples.tell(one).stream()).toList();
    assertThat(again).as("told a second time").isEqualTo(found);
  }

  private static void check(Sequence sequence, Finding finding, JsonNode expected) {
    assertThat(finding.ruleId()).isEqualTo(sequence.id());
    assertThat(finding.agentId()).isEqualTo(expected.get("agent").asText());
    assertThat(finding.id())
        .isEqualTo(
            finding.actionId()
                + ":"
                + sequence.id()
                + ":"
                + Digests.of(expected.get("group").asText()));
    assertThat(finding.severity().wireName()).isEqualTo(expected.get("severity").asText());
    assertThat(finding.recommendation().wireName())
        .isEqualTo(expected.get("recommendation").asText());
    if (expected.has("action")) {
      assertThat(finding.actionId()).isEqualTo(expected.get("action").asText());
    }
    String text = finding.summary() + "\n" + String.join("\n", finding.because());
    stream(expected.path("says")).forEach(said -> assertThat(text).contains(said.asText()));
    assertThat(text).doesNotContain("{");
  }

  private static Finding finding(JsonNode node, int number) {
    return SequenceSamples.finding(
        "f-" + number,
        node.path("action").asText("action-" + number),
        node.get("agent").asText(),
        node.get("rule").asText(),
        Stream.of(Recommendation.values())
            .filter(one -> one.wireName().equals(node.path("asks").asText("notify")))
            .findFirst()
            .orElseThrow(),
        NOON.plusSeconds(node.path("at").asLong()),
        node.has("task") ? node.get("task").asText() : null,
        stream(node.path("credentials")).map(JsonNode::asText).toList());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode events(Sequence sequence) {
    String file = sequence.id() + ".yaml";
    try (InputStream in = SequenceEventsTest.class.getResourceAsStream(file)) {
      return new YAMLMapper()
          .readTree(Objects.requireNonNull(in, file + " is not beside this test"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
