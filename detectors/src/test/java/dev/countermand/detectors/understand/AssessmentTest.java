package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssessmentTest {

  @ParameterizedTest
  @CsvSource({
    "DESTROY, volume, production, false, 0.9, CRITICAL, DENY, true",
    "DESTROY, volume, unknown, false, 0.9, CRITICAL, DENY, true",
    "DESTROY, volume, staging, false, 0.9, HIGH, ASK, true",
    "DESTROY, volume, local, false, 0.9, HIGH, ASK, true",
    "DESTROY, disk, local, false, 0.9, CRITICAL, DENY, true",
    "DESTROY, volume, production, true, 0.9, MEDIUM, ASK, false",
    "DESTROY, volume, production, false, 0.4, MEDIUM, ASK, false",
    "DELETE, row, unknown, false, 0.9, CRITICAL, DENY, true",
    "DELETE, file, local, false, 0.9, MEDIUM, ASK, true",
    "DELETE, build-output, local, true, 0.9, LOW, ALLOW, false",
    "GRANT, role, unknown, true, 0.9, MEDIUM, ASK, false",
    "READ_SECRET, credential, production, false, 0.9, HIGH, ASK, false",
    "SEND, file, unknown, false, 0.9, MEDIUM, ASK, false",
    "WRITE, file, local, true, 0.9, LOW, ALLOW, false",
    "WRITE, object, unknown, true, 0.9, LOW, ASK, false",
    "EXECUTE, remote-code, local, false, 0.9, MEDIUM, ASK, false",
    "READ, table, production, true, 0.9, NONE, ALLOW, false"
  })
  void theTableOfTheDocumentationHolds(
      Verb verb,
      String type,
      String environment,
      boolean reversible,
      double confidence,
      Severity severity,
      Decision verdict,
      boolean destructive) {
    Effect effect =
        new Effect(verb, new Resource(type, "x", environment), reversible, confidence, "because");
    Assessment assessment = Assessment.of(List.of(effect));
    assertThat(assessment.severity()).isEqualTo(severity);
    assertThat(assessment.verdict()).isEqualTo(verdict);
    assertThat(assessment.destructive()).isEqualTo(destructive);
  }

  @Test
  void noEffectsAreAllowed() {
    assertThat(Assessment.of(List.of()))
        .isEqualTo(new Assessment(false, Decision.ALLOW, Severity.NONE, List.of()));
  }
}
