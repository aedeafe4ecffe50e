package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.destructive.DestructiveDetector;
import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.Action;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SituationTest {

  @ParameterizedTest
  @CsvSource({
    "destroy, volume, unknown, production",
    "destroy, volume, staging, staging",
    "execute, script, unknown, unknown",
    "execute, " + Understanding.UNREAD + ", unknown, unknown",
  })
  void onlyWhatIsNotOfThisMachineHappensWhereTheCredentialOpens(
      String verb, String type, String told, String located) {
    assertThat(situation(verb + " " + type + ":a in " + told).located())
        .singleElement()
        .satisfies(effect -> assertThat(effect.resource().environment()).isEqualTo(located));
  }

  @Test
  void theResourcesOfAFindingAreWhereItsSummarySaysThatTheyAre() {
    assertThat(new DestructiveDetector().detect(situation("destroy volume:a in local")))
        .hasValueSatisfying(
            finding -> {
              assertThat(finding.summary()).contains("in production");
              assertThat(finding.resources()).containsExactly("volume:a@production");
            });
  }

  private static Situation situation(String effect) {
    Action action =
        Samples.action(
            "act",
            Samples.NOON,
            Phase.ATTEMPT,
            Outcome.UNKNOWN,
            "call",
            List.of(Samples.effect(effect)),
            List.of(Samples.mention("used foreign")));

    return new Situation(
        action,
        action.effects(),
        Samples.scope(action, null),
        Samples.KNOWN,
        AgentState.EMPTY,
        AgentState.EMPTY);
  }
}
