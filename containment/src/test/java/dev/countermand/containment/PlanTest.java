package dev.countermand.containment;

import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.Credential;
import dev.countermand.model.OrderKind;
import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is to be done is told before it is done. */
final class PlanTest {
  private static final String AGENT = "agent-7";

  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
  }

  @Test
  void thePlanIsRecordedBeforeAnythingIsDoneAndSaysWhatBecomesOfEachCredential() {
    Rig.Token named = rig.token();
    Rig.Token seen = rig.token();
    rig.holds(seen, List.of("deploy-bot", "review-bot"), List.of(AGENT));
    rig.start(Mode.ENFORCE, List.of(), List.of());
    ContainmentOrder order = rig.contain(AGENT, named);
    rig.await(order, Step.REVOKE, VERIFIED);
    ContainmentPlan plan = rig.plan(order);
    assertThat(plan.time()).isBefore(rig.await(order, Step.KILL_SWITCH, VERIFIED).time());
    assertThat(plan.answer()).isEqualTo(PlanAnswer.DO);
    assertThat(plan.steps())
        .extracting(PlannedStep::fingerprint, PlannedStep::rung, PlannedStep::answer)
        .containsExactly(
            Tuple.tuple(named.fingerprint(), Rung.REVOKE, PlanAnswer.DO),
            Tuple.tuple(seen.fingerprint(), Rung.REVOKE, PlanAnswer.ASK));
    assertThat(plan.steps().get(1).others()).containsExactly("deploy-bot", "review-bot");
    assertThat(plan.steps().get(1).undo()).contains("cannot be given back");
  }

  @Test
  void askingForAPlanDoesNothingAndTellsWhatTheProviderSays() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    ContainmentOrder asked =
        Rig.order(OrderKind.PLAN, AGENT, "grace", List.of(token.fingerprint()));
    rig.send(asked);
    ContainmentPlan plan = rig.plan(asked);
    assertThat(plan.answer()).isEqualTo(PlanAnswer.SHOW);
    assertThat(plan.steps()).singleElement().satisfies(s -> assertThat(s.breaks()).isNotBlank());
    assertThat(rig.state(AGENT)).isEmpty();
    assertThat(rig.outcomes(asked.id())).isEmpty();
    assertThat(rig.server.isActive(token.secret())).isTrue();
  }

  @Test
  void aPlanTellsOfAProviderThatDoesNotAnswer() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    rig.server.hang();
    ContainmentOrder asked =
        Rig.order(OrderKind.PLAN, AGENT, "grace", List.of(token.fingerprint()));
    rig.send(asked);
    assertThat(rig.plan(asked).steps()).hasSize(1);
  }

  @Test
  void aPlanIsIncompleteWhereAProviderHasMoreThanIsLookedAtOrDoesNotTell(@TempDir Path directory) {
    String keys = "\"" + "a-lease/\",\"".repeat(120_000) + "last\"";
    try (HttpDouble vault =
        new HttpDouble(
            request ->
                request.path().contains("/leases/lookup/many")
                    ? new HttpDouble.Answer(200, "{\"data\":{\"keys\":[" + keys + "]}}")
                    : new HttpDouble.Answer(503, "{}"))) {
      rig.provider(
          "vault",
          Providers.of(
              "vault",
              Duration.ofSeconds(5),
              Map.of(
                  "url",
                  vault.address().toString(),
                  "token",
                  Providers.secret(directory.resolve("token"), "revokers-own"))));
      Credential many = lease("many");
      Credential few = lease("few");
      rig.register(many);
      rig.register(few);
      rig.start(Mode.ENFORCE);
      ContainmentOrder asked =
          Rig.order(OrderKind.PLAN, AGENT, "grace", List.of(many.fingerprint(), few.fingerprint()));
      rig.send(asked);
      List<PlannedStep> steps = rig.plan(asked).steps();
      assertThat(steps).extracting(PlannedStep::code).containsOnly("PLAN_INCOMPLETE").hasSize(2);
      assertThat(steps.get(0).breaks()).contains("more than 0 leases below many");
      assertThat(steps.get(1).breaks()).contains("does not tell", "503");
    }
  }

  private Credential lease(String prefix) {
    return rig.credentials.of(
        prefix, "vault-lease", "vault", Map.of("lease-prefix", prefix), "secret-of-" + prefix);
  }

  @Test
  void ofACredentialThatNobodyCanTakeAwayThePlanSaysSoAndWhatIsMissing() {
    Rig.Token nowhere = rig.unregisteredToken("nowhere");
    rig.register(nowhere.credential());
    rig.start(Mode.OBSERVE);
    ContainmentOrder asked =
        Rig.order(OrderKind.PLAN, AGENT, "grace", List.of(nowhere.fingerprint(), "f-nobody-knows"));
    rig.send(asked);
    assertThat(rig.plan(asked).steps())
        .extracting(PlannedStep::answer, PlannedStep::code)
        .containsExactly(
            Tuple.tuple(PlanAnswer.CANNOT, "PROVIDER_NOT_CONFIGURED"),
            Tuple.tuple(PlanAnswer.CANNOT, "CREDENTIAL_NOT_REGISTERED"));
    assertThat(rig.plan(asked).steps())
        .allSatisfy(step -> assertThat(step.undo()).doesNotContain("A release gives"));
  }

  @Test
  void ofAnOrderThatNamesMoreThanAPlanHoldsTheFirstAreTakenAndAPersonIsPaged() {
    rig.start(Mode.ENFORCE);
    ContainmentOrder large =
        Rig.order(
            OrderKind.CONTAIN,
            AGENT,
            "scoring",
            IntStream.rangeClosed(0, Planner.MAX_NAMED).mapToObj(i -> "f" + i).toList());
    rig.send(large);
    rig.await(large, Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.plan(large).steps()).hasSize(Planner.MAX_NAMED);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> rig.pages("containment-left").size() == 1);
  }
}
