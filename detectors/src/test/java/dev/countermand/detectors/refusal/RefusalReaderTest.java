package dev.countermand.detectors.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Action;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ActionSample;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RefusalReaderTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private final RefusalReader reader = RefusalReader.standard();

  @TestFactory
  Stream<DynamicTest> eachCaseOfTheKnowledgeIsReadAsItSays() {
    return RefusalReader.knowledge().cases().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.says(),
                    () -> {
                      assertThat(reader.says(one.says())).isEqualTo(one.refused());
                      ObjectNode output = Json.mapper().createObjectNode();
                      output.putObject("content").putArray("parts").add(one.says());
                      assertThat(reader.refused(action(output, Outcome.FAILURE)))
                          .isEqualTo(one.refused());
                    }));
  }

  @Test
  void ofALongOutputTheEndsAreRead() {
    String filler = "x".repeat(1_000_000);
    ObjectNode atEnd = Json.mapper().createObjectNode().put("error", filler + "permission denied");
    ObjectNode inMiddle =
        Json.mapper().createObjectNode().put("error", filler + "permission denied" + filler);

    assertThat(reader.refused(action(atEnd, Outcome.FAILURE))).isTrue();
    assertThat(reader.refused(action(inMiddle, Outcome.FAILURE))).isFalse();
  }

  @Test
  void ofManyValuesTheFirstAreRead() {
    ObjectNode output = Json.mapper().createObjectNode();
    for (int i = 0; i < 10_000; i++) {
      output.put("line-" + i, "nothing");
    }
    output.put("last", "permission denied");

    assertThat(reader.refused(action(output, Outcome.FAILURE))).isFalse();
  }

  @Test
  void aResultThatIsAnErrorOfMcpCountsThoughTheCallEndedWell() {
    ObjectNode output = Json.mapper().createObjectNode().put("isError", true);
    output.put("text", "permission denied");

    assertThat(reader.refused(action(output, Outcome.SUCCESS))).isTrue();
    assertThat(reader.refused(action(output.deepCopy().put("isError", false), Outcome.SUCCESS)))
        .isFalse();
  }

  private static Action action(ObjectNode output, Outcome outcome) {
    return ActionSample.of("act", NOON).phase(Phase.RESULT, outcome).output(output).build();
  }
}
