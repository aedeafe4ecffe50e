package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Grounds;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.LadderSettings;
import dev.countermand.runtime.config.LadderSettings.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LadderTest {
  private static final ContainmentOrder ORDER =
      Rig.order(OrderKind.CONTAIN, "agent-7", "scoring", List.of());

  private static final Ladder LADDER =
      new Ladder(
          new LadderSettings(
              Rung.NARROW,
              List.of(
                  new Rule(Rung.PAUSE, List.of(), Severity.NONE, List.of("staging"), 0),
                  new Rule(Rung.REVOKE, List.of("read-here"), Severity.HIGH, List.of(), 0),
                  new Rule(Rung.SUSPEND, List.of(), Severity.NONE, List.of(), 80))));

  @ParameterizedTest
  @CsvSource({
    "read-here, critical, production, , revoke",
    "read-here, high, , , revoke",
    "read-here, medium, production, , narrow",
    "another, critical, production, , narrow",
    "read-here, critical, staging, , pause",
    "another, low, production, 80, suspend",
    "another, low, production, 79.9, narrow",
  })
  void theFirstRuleThatAnOrderMatchesWhollySaysHowHardItTakesHold(
      String rule, String severity, String environment, @Nullable Double risk, String rung) {
    Grounds grounds =
        new Grounds(
            List.of(rule),
            Severity.valueOf(severity.toUpperCase(java.util.Locale.ROOT)),
            environment == null ? List.of() : List.of(environment),
            risk,
            Extra.NONE);
    assertThat(LADDER.choose(ORDER.on(grounds)).rung().wireName()).isEqualTo(rung);
  }

  @Test
  void anOrderThatNamesItsRungIsAskedNothing() {
    assertThat(LADDER.choose(ORDER.to(Rung.SUSPEND)))
        .isEqualTo(new Ladder.Choice(Rung.SUSPEND, "The order names it."));
  }

  @Test
  void whateverAProviderCanDoWhatCanBeGivenBackComesFirst() {
    for (Set<Rung> can :
        List.of(
            EnumSet.of(Rung.NARROW, Rung.SUSPEND, Rung.REVOKE),
            EnumSet.of(Rung.SUSPEND, Rung.REVOKE),
            EnumSet.of(Rung.SUSPEND),
            EnumSet.of(Rung.REVOKE),
            EnumSet.of(Rung.NARROW))) {
      for (Rung wanted : Rung.values()) {
        List<Rung> steps = Ladder.steps(can, wanted);
        assertThat(can).as("%s of %s", wanted, can).containsAll(steps);
        assertThat(steps).isSorted();
      }
    }
  }

  @Test
  void onlyWhereNothingCanBeGivenBackIsASuspensionARevocation() {
    assertThat(Ladder.steps(EnumSet.of(Rung.REVOKE), Rung.SUSPEND)).containsExactly(Rung.REVOKE);
    assertThat(Ladder.steps(EnumSet.of(Rung.SUSPEND, Rung.REVOKE), Rung.SUSPEND))
        .containsExactly(Rung.SUSPEND);
    assertThat(Ladder.steps(EnumSet.of(Rung.SUSPEND, Rung.REVOKE), Rung.REVOKE))
        .containsExactly(Rung.SUSPEND, Rung.REVOKE);
  }

  @Test
  void pausingAsksNoProviderAndNarrowingOnlyThoseThatCan() {
    assertThat(Ladder.steps(EnumSet.allOf(Rung.class), Rung.PAUSE)).isEmpty();
    assertThat(Ladder.steps(EnumSet.of(Rung.SUSPEND), Rung.NARROW)).isEmpty();
  }
}
