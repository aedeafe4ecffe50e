package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SignalTranslationTest {
  private static final String FINGERPRINT = "9f2c4be17a60d35512c8e4f7a90b6d13";
  private static final String CHOSEN_BY_THE_AGENT = "rm -rf / --token=hunter2";

  @ParameterizedTest
  @CsvSource({"NARROW, update", "SUSPEND, revoke", "REVOKE, revoke", ", revoke"})
  void aCredentialThatIsOnlyNarrowedIsUpdated(@Nullable Rung rung, String change) {
    Event event =
        Translator.of(outcome(Step.REVOKE, StepState.VERIFIED, rung, FINGERPRINT)).orElseThrow();
    assertThat(event.body().path("change_type").asText()).isEqualTo(change);
  }

  @ParameterizedTest
  @EnumSource(value = StepState.class, mode = EnumSource.Mode.EXCLUDE, names = "VERIFIED")
  void whatIsNotProvedIsNotTold(StepState state) {
    assertThat(Translator.of(outcome(Step.KILL_SWITCH, state, null, null))).isEmpty();
    assertThat(Translator.of(outcome(Step.REVOKE, state, Rung.REVOKE, FINGERPRINT))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"RESTORE", "RELEASE"})
  void whatIsGivenBackIsNotTold(Step step) {
    assertThat(Translator.of(outcome(step, StepState.VERIFIED, null, FINGERPRINT))).isEmpty();
  }

  @Test
  void wordsThatAnAgentMayHaveChosenAreNotTold() {
    for (Step step : new Step[] {Step.KILL_SWITCH, Step.REVOKE}) {
      Event event =
          Translator.of(outcome(step, StepState.VERIFIED, null, FINGERPRINT)).orElseThrow();
      assertThat(event.toString()).contains("order-1").doesNotContain("hunter2");
    }
  }

  private static ContainmentOutcome outcome(
      Step step, StepState state, @Nullable Rung rung, @Nullable String credential) {
    Instant now = Instant.now();
    return new ContainmentOutcome(
        "order-1:" + step,
        now,
        "order-1",
        "agent-1",
        step,
        state,
        rung,
        credential,
        "infra",
        now,
        now,
        now,
        1,
        null,
        CHOSEN_BY_THE_AGENT,
        CHOSEN_BY_THE_AGENT,
        Map.of("before", CHOSEN_BY_THE_AGENT),
        Extra.NONE);
  }
}
