package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of(ActionKind.values(), "shell sql http file mcp tool session"),
        Arguments.of(ContainmentStatus.values(), "contained released awaiting-approval"),
        Arguments.of(CredentialRole.values(), "sighted used"),
        Arguments.of(Decision.values(), "allow ask deny"),
        Arguments.of(OrderKind.values(), "contain plan release"),
        Arguments.of(Outcome.values(), "success failure unknown"),
        Arguments.of(PlanAnswer.values(), "do ask show refuse cannot"),
        Arguments.of(Phase.values(), "attempt result notice"),
        Arguments.of(Recommendation.values(), "notify ask deny contain"),
        Arguments.of(Rung.values(), "pause narrow suspend revoke"),
        Arguments.of(Severity.values(), "none low medium high critical"),
        Arguments.of(Step.values(), "kill-switch revoke restore release process"),
        Arguments.of(
            StepState.values(),
            "requested accepted verified failed observed awaiting-approval refused"),
        Arguments.of(StreamStatus.values(), "enabled paused disabled deleted"),
        Arguments.of(TaskStatus.values(), "open closed"),
        Arguments.of(Verb.values(), "read execute write send read-secret grant delete destroy"));
  }

  @ParameterizedTest
  @MethodSource("words")
  void theWordsOnTheWireAreTheseAndInThisOrder(Wire[] values, String words) {
    assertThat(Stream.of(values).map(Wire::wireName)).containsExactly(words.split(" "));
  }

  @Test
  void theGraverAndTheStricterWin() {
    assertThat(Severity.LOW.or(Severity.HIGH)).isEqualTo(Severity.HIGH);
    assertThat(Severity.CRITICAL.or(Severity.NONE)).isEqualTo(Severity.CRITICAL);
    assertThat(Decision.DENY.or(Decision.ASK)).isEqualTo(Decision.DENY);
    assertThat(Decision.ALLOW.or(Decision.ASK)).isEqualTo(Decision.ASK);
  }
}
