package dev.countermand.containment;

import static dev.countermand.model.StepState.AWAITING_APPROVAL;
import static dev.countermand.model.StepState.FAILED;
import static dev.countermand.model.StepState.REFUSED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ApprovalSettings;
import dev.countermand.runtime.config.BudgetSettings;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.runtime.config.ContainmentSettings.Protect;
import dev.countermand.runtime.config.DrillSettings;
import dev.countermand.runtime.config.LadderSettings;
import dev.countermand.runtime.config.LadderSettings.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far containment goes without people. */
final class SafetyTest {
  private static final String AGENT = "agent-7";
  private static final Protect NOTHING = new Protect(List.of(), List.of());

  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
  }

  @Test
  void aPauseTakesNothingAwayAtAProvider() {
    Rig.Token token = rig.token();
    start(new LadderSettings(Rung.PAUSE, List.of()), BudgetSettings.DEFAULT);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.KILL_SWITCH, VERIFIED);
    ContainmentOrder further = send(AGENT, "grace", Rung.SUSPEND, token);
    rig.await(further, Step.REVOKE, VERIFIED);
    assertThat(rig.states(order.id(), Step.REVOKE)).isEmpty();
    assertThat(rig.plan(order).steps()).isEmpty();
    assertThat(rig.plan(order).rung()).isEqualTo(Rung.PAUSE);
  }

  @Test
  void aProviderThatCannotNarrowLeavesTheCredentialAndAPersonIsPaged() {
    Rig.Token token = rig.token();
    Rule narrow = new Rule(Rung.NARROW, List.of(), Severity.NONE, List.of(), 0);
    start(new LadderSettings(Rung.SUSPEND, List.of(narrow)), BudgetSettings.DEFAULT);
    ContainmentOrder order = rig.contain(AGENT, token);
    assertThat(rig.await(order, Step.REVOKE, REFUSED).reason()).contains("auth cannot narrow");
    assertThat(rig.server.isActive(token.secret())).isTrue();
    assertThat(rig.pages("containment-left")).hasSize(1);
  }

  @Test
  void whatCannotBeTakenBackAndNoFindingNamesWaitsForTwoPersons() {
    Rig.Token seen = rig.token();
    rig.holds(seen, List.of(AGENT), List.of());
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT);
    String rest = order.id() + ":revoke";
    rig.await(rest, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.approve(rest, AGENT, Decision.ALLOW, "ada");
    rig.approve(rest, AGENT, Decision.ALLOW, "scoring");
    rig.approve(rest, AGENT, Decision.ALLOW, "ada");
    // Answers are taken in their order, so this one comes after those before were not enough.
    ContainmentOrder other = rig.contain(AGENT);
    rig.await(other, Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.server.isActive(seen.secret())).isTrue();
    rig.approve(rest, AGENT, Decision.ALLOW, "grace");
    rig.await(rest, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(seen.secret())).isFalse();
    assertThat(rig.await(rest, Step.KILL_SWITCH, VERIFIED).reason()).contains("ada", "grace");
  }

  @Test
  void onlyAPersonsOwnRevokeEndsTheProcessesOfAnAgentAndAllElseStopsThem() {
    Rig.Token seen = rig.token();
    rig.holds(seen, List.of(AGENT), List.of());
    start(new LadderSettings(Rung.REVOKE, List.of()), BudgetSettings.DEFAULT);
    ContainmentOrder order = rig.contain(AGENT);
    rig.await(order, Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.state(AGENT).orElseThrow().rung()).isEqualTo(Rung.SUSPEND);
    String rest = order.id() + ":revoke";
    rig.await(rest, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.approve(rest, AGENT, Decision.ALLOW, "ada");
    rig.approve(rest, AGENT, Decision.ALLOW, "grace");
    rig.await(rest, Step.REVOKE, VERIFIED);
    assertThat(rig.state(AGENT).orElseThrow().rung()).isEqualTo(Rung.SUSPEND);

    ContainmentOrder person = send(AGENT, "grace", Rung.REVOKE);
    rig.await(person, Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.state(AGENT).orElseThrow().rung()).isEqualTo(Rung.REVOKE);
    // One that asks for less takes nothing of that back.
    rig.await(send(AGENT, "grace", Rung.PAUSE), Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.state(AGENT).orElseThrow().rung()).isEqualTo(Rung.REVOKE);
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    assertThat(rig.state(AGENT).orElseThrow().rung()).isNull();
  }

  @Test
  void onePersonsNoIsEnoughToDropIt() {
    Rig.Token seen = rig.token();
    rig.holds(seen, List.of(AGENT), List.of());
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT);
    String rest = order.id() + ":revoke";
    rig.await(rest, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.approve(rest, AGENT, Decision.DENY, "grace");
    assertThat(rig.await(rest, Step.KILL_SWITCH, REFUSED).reason()).contains("grace");
    assertThat(rig.server.isActive(seen.secret())).isTrue();
  }

  @Test
  void aCredentialThatTooManyOthersUseWaitsForAPersonThoughAFindingNamesIt() {
    Rig.Token shared = rig.token();
    Rig.Token own = rig.token();
    rig.holds(shared, List.of("a", "b", "c", "d", AGENT), List.of());
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, shared, own);
    assertThat(rig.await(order.id() + ":revoke", Step.KILL_SWITCH, AWAITING_APPROVAL).reason())
        .contains(shared.credential().name(), "4 other agents use it");
    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(own.secret())).isFalse();
    assertThat(rig.server.isActive(shared.secret())).isTrue();
    assertThat(rig.pages("containment-asks")).hasSize(1);
  }

  @Test
  void beyondTheBudgetOrdersWaitForAPersonWhoIsPaged() {
    Rig.Token token = rig.token();
    start(LadderSettings.DEFAULT, new BudgetSettings(2, 50, 3));
    rig.await(rig.contain("first"), Step.KILL_SWITCH, VERIFIED);
    rig.await(rig.contain("second"), Step.KILL_SWITCH, VERIFIED);
    ContainmentOrder third = rig.contain("third", token);
    assertThat(rig.await(third, Step.KILL_SWITCH, AWAITING_APPROVAL).reason())
        .contains("containment.budget.agents is 2");
    assertThat(rig.pages("containment-budget")).hasSize(1);
    assertThat(rig.server.isActive(token.secret())).isTrue();
    rig.await(rig.contain("first"), Step.KILL_SWITCH, VERIFIED);
    rig.approve(third, Decision.ALLOW);
    rig.await(third, Step.REVOKE, VERIFIED);
  }

  @Test
  void theBudgetIsThatOfAllProcessesAndOutlivesThem() {
    start(LadderSettings.DEFAULT, new BudgetSettings(2, 50, 3)).close();
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain("first"), Step.KILL_SWITCH, VERIFIED);
    rig.await(rig.contain("second"), Step.KILL_SWITCH, VERIFIED);
    rig.closeServices();
    start(LadderSettings.DEFAULT, new BudgetSettings(2, 50, 3));
    rig.await(rig.contain("third"), Step.KILL_SWITCH, AWAITING_APPROVAL);
  }

  @Test
  void theCredentialsOfOneEnvironmentHaveABudgetOfTheirOwnForWhichNoKillSwitchWaits() {
    Rig.Token one = rig.token();
    Rig.Token two = rig.token();
    start(LadderSettings.DEFAULT, new BudgetSettings(50, 1, 3));
    rig.await(rig.contain("first", one), Step.REVOKE, VERIFIED);
    ContainmentOrder second = rig.contain("second", two);
    assertThat(rig.await(second.id() + ":revoke", Step.KILL_SWITCH, AWAITING_APPROVAL).reason())
        .contains("containment.budget.credentials of environment production");
    rig.await(second, Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.server.isActive(two.secret())).isTrue();
  }

  @Test
  void anAgentThatPrintsTokensWithoutEndUsesNoBudgetUp() {
    Rig.Token token = rig.token();
    start(LadderSettings.DEFAULT, BudgetSettings.DEFAULT);
    List<String> many =
        Stream.concat(
                IntStream.range(0, 200).mapToObj(i -> "made-up-" + i),
                Stream.of(token.fingerprint()))
            .toList();
    ContainmentOrder order = Rig.order(OrderKind.CONTAIN, AGENT, "scoring", many);
    rig.send(order);
    rig.await(order, Step.KILL_SWITCH, VERIFIED);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !rig.server.isActive(token.secret()));
    Rig.Token next = rig.token();
    rig.await(rig.contain("another", next), Step.REVOKE, VERIFIED);
  }

  @Test
  void whatBecomesKnownLaterIsTakenNoFurtherThanWasOrdered() {
    Rig.Token later = rig.unregisteredToken();
    start(new LadderSettings(Rung.NARROW, List.of()), BudgetSettings.DEFAULT);
    ContainmentOrder order = rig.contain(AGENT, later);
    rig.await(order, Step.REVOKE, FAILED);
    rig.register(later.credential());
    assertThat(rig.await(order, Step.REVOKE, REFUSED).reason()).contains("auth cannot narrow");
    assertThat(rig.server.isActive(later.secret())).isTrue();
  }

  @Test
  void whoeverOrdersWhatCannotBeTakenBackIsNotOneOfTheTwo() {
    Rig.Token seen = rig.token();
    rig.holds(seen, List.of(AGENT), List.of());
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = send(AGENT, "bob", Rung.REVOKE);
    String rest = order.id() + ":revoke";
    rig.await(rest, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.approve(rest, AGENT, Decision.ALLOW, "ada");
    rig.approve(rest, AGENT, Decision.ALLOW, " Ada ");
    rig.await(send(AGENT, "bob", Rung.PAUSE), Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.server.isActive(seen.secret())).isTrue();
    rig.approve(rest, AGENT, Decision.ALLOW, "grace");
    rig.await(rest, Step.REVOKE, VERIFIED);
  }

  @Test
  void aPersonsOrderNeedsNoBudget() {
    start(LadderSettings.DEFAULT, new BudgetSettings(1, 50, 3));
    rig.await(rig.contain("first"), Step.KILL_SWITCH, VERIFIED);
    rig.await(send("second", "grace", null), Step.KILL_SWITCH, VERIFIED);
  }

  @Test
  void whoOrderedDoesNotApproveAloneInModeApprove() {
    Rig.Token token = rig.token();
    rig.start(Mode.APPROVE);
    ContainmentOrder order = send(AGENT, "ada", null, token);
    assertThat(rig.await(order, Step.KILL_SWITCH, AWAITING_APPROVAL).reason())
        .contains("somebody else than ada");
    for (String same : List.of("ada", " ADA ", "scoring", "Gateway")) {
      rig.approve(order.id(), AGENT, Decision.ALLOW, same);
    }
    // Taken one after another, so once this one is seen the others were.
    ContainmentOrder other = send(AGENT, "grace", null, token);
    rig.await(other, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.approve(other.id(), AGENT, Decision.DENY, "ada");
    rig.await(other, Step.KILL_SWITCH, REFUSED);
    assertThat(rig.states(order.id(), Step.KILL_SWITCH)).containsExactly(AWAITING_APPROVAL);
    assertThat(rig.server.isActive(token.secret())).isTrue();
    rig.approve(order.id(), AGENT, Decision.ALLOW, "grace");
    rig.await(order, Step.KILL_SWITCH, VERIFIED);
  }

  @Test
  void whereItIsAllowedWhoOrderedApprovesAlone() {
    rig.start(
        Mode.APPROVE,
        NOTHING,
        LadderSettings.DEFAULT,
        BudgetSettings.DEFAULT,
        new ApprovalSettings(null, null, true),
        DrillSettings.NONE);
    ContainmentOrder order = send(AGENT, "ada", null);
    rig.await(order, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.approve(order.id(), AGENT, Decision.ALLOW, "ada");
    rig.await(order, Step.KILL_SWITCH, VERIFIED);
  }

  @Test
  void whatNobodyAnswersIsDroppedInTheEnd() {
    rig.start(
        Mode.APPROVE,
        NOTHING,
        LadderSettings.DEFAULT,
        BudgetSettings.DEFAULT,
        new ApprovalSettings(Duration.ofMillis(300), 2, null),
        DrillSettings.NONE);
    ContainmentOrder order = rig.contain(AGENT);
    rig.await(order, Step.KILL_SWITCH, AWAITING_APPROVAL);
    assertThat(rig.await(order, Step.KILL_SWITCH, REFUSED).reason()).contains("within PT0.3S");
    rig.approve(order, Decision.ALLOW);
    ContainmentOrder next = rig.contain(AGENT);
    rig.await(next, Step.KILL_SWITCH, AWAITING_APPROVAL);
    assertThat(rig.states(order.id(), Step.KILL_SWITCH)).doesNotContain(VERIFIED);
  }

  @Test
  void aProtectedAgentIsRefusedWithAFinding() {
    rig.start(Mode.ENFORCE, List.of(AGENT), List.of());
    ContainmentOrder order = rig.contain(AGENT);
    rig.await(order, Step.KILL_SWITCH, REFUSED);
    assertThat(rig.pages("containment-refused"))
        .singleElement()
        .satisfies(
            page -> {
              assertThat(page.severity()).isEqualTo(Severity.HIGH);
              assertThat(page.agentId()).isEqualTo(AGENT);
              assertThat(page.isAboutContainment()).isTrue();
            });
  }

  @Test
  void theSameIsPagedOnceAnHourAndCountedEachTime() {
    rig.start(Mode.ENFORCE, List.of(AGENT), List.of());
    rig.await(rig.contain(AGENT), Step.KILL_SWITCH, REFUSED);
    rig.await(rig.contain(AGENT), Step.KILL_SWITCH, REFUSED);
    assertThat(rig.pages("containment-refused")).hasSize(1);
    assertThat(
            rig.meters
                .get("countermand.containment.pages")
                .tags("rule", "containment-refused")
                .counter()
                .count())
        .isEqualTo(2);
  }

  @Test
  void anOrderThatPretendsToCompleteAnotherIsRefused() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    ContainmentOrder real =
        Rig.order(OrderKind.CONTAIN, AGENT, "scoring", List.of(token.fingerprint()));
    ContainmentOrder forged =
        new ContainmentOrder(
            real.id(),
            real.time(),
            real.kind(),
            AGENT,
            real.reason(),
            null,
            null,
            List.of(),
            real.credentials(),
            "mallory",
            Rung.REVOKE,
            real.grounds(),
            "another",
            Extra.NONE);
    rig.send(forged);
    rig.await(forged, Step.KILL_SWITCH, REFUSED);
    assertThat(rig.server.isActive(token.secret())).isTrue();
  }

  private ContainmentService start(LadderSettings ladder, BudgetSettings budget) {
    return rig.start(
        Mode.ENFORCE, NOTHING, ladder, budget, ApprovalSettings.DEFAULT, DrillSettings.NONE);
  }

  private ContainmentOrder send(String agent, String by, Rung rung, Rig.Token... tokens) {
    ContainmentOrder order =
        Rig.order(
                OrderKind.CONTAIN,
                agent,
                by,
                List.of(tokens).stream().map(Rig.Token::fingerprint).toList())
            .to(rung);
    rig.send(order);
    return order;
  }
}
