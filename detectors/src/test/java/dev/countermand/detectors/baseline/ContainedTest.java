package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.ContainmentStateSample;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ContainedTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void whatAnAgentDoesAfterItWasContainedIsUnderTheOrderAndWhatItDidBeforeIsNot() {
    ContainmentState state = state(ContainmentStatus.CONTAINED);

    assertThat(Contained.by(state, at(0))).contains("order-1");
    assertThat(Contained.by(state, at(90))).contains("order-1");
    assertThat(Contained.by(state, at(-1))).isEmpty();
  }

  @Test
  void afterItsReleaseAnAgentIsFreeAndWhatComesLateFromBeforeIsUnderTheOrder() {
    ContainmentState state = state(ContainmentStatus.RELEASED);

    assertThat(Contained.by(state, at(0))).isEmpty();
    assertThat(Contained.by(state, at(-1))).contains("order-1");
  }

  @Test
  void anAgentThatWasNeverContainedOrWhoseOrderWaitsForAPersonIsFree() {
    assertThat(Contained.by(null, at(0))).isEmpty();
    assertThat(Contained.by(state(ContainmentStatus.AWAITING_APPROVAL), at(1))).isEmpty();
    assertThat(Contained.by(state(ContainmentStatus.AWAITING_APPROVAL), at(-1))).isEmpty();
  }

  private static Action at(int second) {
    return ActionSample.of("id", NOON.plusSeconds(second)).build();
  }

  private static ContainmentState state(ContainmentStatus status) {
    return ContainmentStateSample.of("agent", status, NOON).build();
  }
}
