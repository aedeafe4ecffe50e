package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Decision;
import dev.countermand.model.Finding;
import org.junit.jupiter.api.Test;

class RehearsalTest {
  @Test
  void aRehearsalGoesTheWholeWayToAnOrder() {
    Scored used = Rehearsal.of(Scoring.standard());

    assertThat(used.findings())
        .extracting(Finding::ruleId)
        .contains("destructive", "credential-scope", "read-then-used");
    assertThat(used.verdict())
        .hasValueSatisfying(v -> assertThat(v.decision()).isSameAs(Decision.DENY));
    assertThat(used.order()).isPresent();
    assertThat(used.touches()).isNotEmpty();
  }
}
