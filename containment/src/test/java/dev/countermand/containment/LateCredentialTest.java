package dev.countermand.containment;

import static dev.countermand.model.StepState.AWAITING_APPROVAL;
import static dev.countermand.model.StepState.FAILED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ApprovalSettings;
import dev.countermand.runtime.config.BudgetSettings;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.runtime.config.ContainmentSettings.Protect;
import dev.countermand.runtime.config.DrillSettings;
import dev.countermand.runtime.config.LadderSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A credential whose provider becomes known after its order is planned like any other. */
final class LateCredentialTest {
  private static final String AGENT = "agent-7";

  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
  }

  @Test
  void oneThatTooManyOthersUseWaitsForPeopleAcrossARestartAndIsTakenWhenTheySayYes() {
    Rig.Token late = rig.unregisteredToken();
    rig.holds(late, List.of("a", "b", "c", "d", AGENT), List.of());
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, late);
    rig.await(order, Step.REVOKE, FAILED);
    rig.closeServices();
    rig.register(late.credential());
    rig.start(Mode.ENFORCE);

    String rest = rest(order, late);
    assertThat(rig.await(rest, Step.KILL_SWITCH, AWAITING_APPROVAL).reason())
        .contains(late.credential().name(), "4 other agents use it");
    assertThat(rig.pages("containment-asks")).hasSize(1);
    // Orders are taken one after another: what this asks for again is still not taken.
    rig.await(rig.contain(AGENT, late), Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.server.isActive(late.secret())).isTrue();
    rig.approve(rest, AGENT, Decision.ALLOW, "ada");
    rig.approve(rest, AGENT, Decision.ALLOW, "grace");
    rig.await(rest, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(late.secret())).isFalse();
  }

  @Test
  void oneBeyondTheBudgetOfItsEnvironmentWaitsForPeople() {
    Rig.Token late = rig.unregisteredToken();
    start(new BudgetSettings(50, 1, 3));
    ContainmentOrder order = rig.contain(AGENT, late);
    rig.await(order, Step.REVOKE, FAILED);
    rig.await(rig.contain("another", rig.token()), Step.REVOKE, VERIFIED);
    rig.register(late.credential());
    assertThat(rig.await(rest(order, late), Step.KILL_SWITCH, AWAITING_APPROVAL).reason())
        .contains("containment.budget.credentials of environment production");
    assertThat(rig.server.isActive(late.secret())).isTrue();
  }

  @Test
  void oneThatAPersonOrderedNeedsNoBudgetThen() {
    Rig.Token late = rig.unregisteredToken();
    start(new BudgetSettings(50, 1, 3));
    ContainmentOrder order =
        Rig.order(OrderKind.CONTAIN, AGENT, "grace", List.of(late.fingerprint()));
    rig.send(order);
    rig.await(order, Step.REVOKE, FAILED);
    rig.await(rig.contain("another", rig.token()), Step.REVOKE, VERIFIED);
    rig.register(late.credential());
    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(late.secret())).isFalse();
  }

  /** The order that people are asked to approve. */
  private static String rest(ContainmentOrder order, Rig.Token late) {
    return order.id() + ":" + late.fingerprint().substring(0, 12) + ":revoke";
  }

  private void start(BudgetSettings budget) {
    rig.start(
        Mode.ENFORCE,
        new Protect(List.of(), List.of()),
        LadderSettings.DEFAULT,
        budget,
        ApprovalSettings.DEFAULT,
        DrillSettings.NONE);
  }
}
