package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs the firing and silent cases that stand in the knowledge files beside what they test. */
class KnowledgeCasesTest {
  private final Understanding understanding = Understanding.standard();

  @TestFactory
  List<DynamicTest> everyCaseOfTheKnowledgeSaysWhatItShould() {
    List<DynamicTest> tests = new ArrayList<>();
    understanding
        .knowledge()
        .files()
        .forEach(
            (file, tool) ->
                cases(tool)
                    .forEach(
                        one ->
                            tests.add(
                                DynamicTest.dynamicTest(
                                    file + ": " + one.run(), () -> check(one)))));
    return tests;
  }

  @Test
  void everyKnowledgeFileHasAFiringAndASilentCase() {
    understanding
        .knowledge()
        .files()
        .forEach(
            (file, tool) ->
                assertThat(cases(tool))
                    .as(file)
                    .hasSizeGreaterThanOrEqualTo(2)
                    .anyMatch(
                        one -> one.says().startsWith("nothing") || "allow".equals(one.verdict())));
  }

  @Test
  void everyToolHasASummaryForReaders() {
    understanding
        .knowledge()
        .files()
        .forEach((file, tool) -> assertThat(tool.summary()).as(file).isNotBlank());
  }

  private void check(Tool.Case one) {
    List<Effect> effects = understanding.shell(one.run());
    Assessment assessment = Assessment.of(effects);
    if (one.says().equals("nothing destructive")) {
      assertThat(assessment.destructive()).as("destructive: %s", effects).isFalse();
    } else {
      assertThat(effects)
          .map(effect -> effect.verb().wireName() + " " + effect.resource().type())
          .contains(one.says());
    }
    if (one.verdict() != null) {
      assertThat(assessment.verdict().name().toLowerCase(Locale.ROOT))
          .as("verdict on %s", effects)
          .isEqualTo(one.verdict());
    }
  }

  private static List<Tool.Case> cases(Tool tool) {
    return tool.cases() == null ? List.of() : tool.cases();
  }
}
