package dev.countermand.containment;

import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ApprovalSettings;
import dev.countermand.runtime.config.BudgetSettings;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.runtime.config.ContainmentSettings.Protect;
import dev.countermand.runtime.config.DrillSettings;
import dev.countermand.runtime.config.LadderSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether containment is tested before it is needed. */
final class DrillTest {
  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
  }

  @Test
  void aDrillThatKillsItsCanaryInTimeIsCounted() {
    Rig.Token canary = rig.token();
    drill(canary.credential().name(), Duration.ofSeconds(3));
    awaitDrill("passed");
    assertThat(rig.server.isActive(canary.secret())).isFalse();
    assertThat(rig.pages("containment-drill")).isEmpty();
  }

  @Test
  void aDrillWhoseCanaryLivesPagesAPerson() {
    Rig.Token canary = rig.token();
    rig.server.lie();
    drill(canary.credential().name(), Duration.ofSeconds(2));
    awaitDrill("failed");
    Awaitility.await().until(() -> !rig.pages("containment-drill").isEmpty());
    assertThat(rig.pages("containment-drill").get(0).summary())
        .contains(canary.credential().name(), "not proved dead");
  }

  @Test
  void aDrillIsNotPassedByACanaryThatIsDeadSinceTheLast() {
    Rig.Token canary = rig.token();
    ContainmentService first = rig.start(Mode.ENFORCE);
    rig.await(rig.contain(Drill.AGENT, canary), Step.REVOKE, VERIFIED);
    first.close();
    drill(canary.credential().name(), Duration.ofSeconds(4), Duration.ofSeconds(1));
    awaitDrill("passed", "failed");
    // Given back first; a token cannot be, so it is found dead, by the new drill.
    assertThat(rig.read(rig.kafka.topics().containmentOrders(), ContainmentOrder.CODEC))
        .extracting(ContainmentOrder::kind)
        .startsWith(OrderKind.CONTAIN, OrderKind.RELEASE, OrderKind.CONTAIN);
  }

  @Test
  void aDrillOfACanaryThatIsNotRegisteredFails() {
    drill("nobody-registered-this", Duration.ofMillis(500));
    awaitDrill("failed");
    Awaitility.await().until(() -> !rig.pages("containment-drill").isEmpty());
    assertThat(rig.pages("containment-drill").get(0).summary()).contains("1 are not registered");
  }

  private void drill(String canary, Duration within) {
    drill(canary, Duration.ofHours(1), within);
  }

  private void drill(String canary, Duration every, Duration within) {
    rig.start(
        Mode.ENFORCE,
        new Protect(List.of(), List.of()),
        LadderSettings.DEFAULT,
        BudgetSettings.DEFAULT,
        ApprovalSettings.DEFAULT,
        new DrillSettings(List.of(canary), every, within));
  }

  private void awaitDrill(String... results) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                Stream.of(results)
                    .anyMatch(
                        result ->
                            rig.meters
                                    .find("countermand.containment.drills")
                                    .tags("result", result)
                                    .counter()
                                != null));
  }
}
