package dev.countermand.streams;

import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.testkit.OutcomeSample;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the topology makes of one credential in the hands of several agents. */
final class TrailTopologyTest {
  @AutoClose private final Bench bench = new Bench();

  @Test
  void aCredentialReadByOneAgentAndUsedByAnotherContainsTheOther() {
    bench.send(Samples.credential(FOREIGN));
    bench.send(touching("a-1", "reader", 0, CredentialRole.SIGHTED, "ops/.env"));
    bench.send(touching("a-2", "user", 30, CredentialRole.USED, null));

    assertThat(bench.findings())
        .filteredOn(finding -> finding.ruleId().equals("read-by-another"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.agentId()).isEqualTo("user");
              assertThat(finding.relatedActions()).containsExactly("a-1");
              assertThat(finding.summary()).contains("reader", "ops/.env", "provider-admin");
            });
    assertThat(bench.orders())
        .filteredOn(
            order ->
                order.id().equals("a-2:read-by-another:" + FOREIGN.substring(0, 12) + ":contain"))
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.agentId()).isEqualTo("user");
              assertThat(order.credentials()).containsExactly(FOREIGN);
            });
    assertThat(bench.raw(bench.topics.containmentOrders()))
        .allSatisfy(record -> assertThat(record.key()).isEqualTo("user"));
  }

  @Test
  void eachOfTwoCredentialsOfOneActionIsAFindingAndAnOrderOfItsOwn() {
    String other = "3".repeat(32);
    bench.send(Samples.credential(FOREIGN));
    bench.send(Samples.credential(other));
    for (String fingerprint : List.of(FOREIGN, other)) {
      bench.send(
          Samples.action(
              "a-" + fingerprint,
              "reader",
              NOON,
              Phase.RESULT,
              Outcome.SUCCESS,
              "cat ops/.env",
              List.of(Samples.mention(fingerprint, CredentialRole.SIGHTED, "ops/.env"))));
    }
    bench.send(
        Samples.action(
            "a-9",
            "user",
            NOON.plusSeconds(5),
            Phase.ATTEMPT,
            Outcome.UNKNOWN,
            "curl https://api.example.com/me",
            List.of(
                Samples.mention(FOREIGN, CredentialRole.USED, null),
                Samples.mention(other, CredentialRole.USED, null))));

    assertThat(bench.orders())
        .filteredOn(order -> order.id().contains("read-by-another"))
        .extracting(order -> order.credentials().get(0))
        .containsExactlyInAnyOrder(FOREIGN, other);
  }

  @Test
  void aCredentialThatWasTakenAwayIsFollowedToWhoeverUsesIt() {
    bench.send(Samples.credential(FOREIGN));
    assertThat(rulesOfAUseAfter(Step.REVOKE, StepState.ACCEPTED, 10)).contains("after-containment");
    assertThat(rulesOfAUseAfter(Step.RESTORE, StepState.VERIFIED, 40))
        .doesNotContain("after-containment");
  }

  @Test
  void theSameTouchAgainIsTheSameFindingAgain() {
    bench.send(Samples.credential(FOREIGN));
    Action use = touching("a-2", "user", 30, CredentialRole.USED, null);
    bench.send(touching("a-1", "reader", 0, CredentialRole.SIGHTED, "ops/.env"));
    bench.send(use);
    bench.send(use);

    List<Finding> chain =
        bench.findings().stream().filter(f -> f.ruleId().equals("read-by-another")).toList();
    assertThat(chain).hasSize(2);
    assertThat(chain.get(0)).isEqualTo(chain.get(1));
  }

  @Test
  void theTrailOfACredentialThatNobodyTouchesForAMonthIsForgotten() {
    bench.send(touching("a-1", "reader", 0, CredentialRole.SIGHTED, "ops/.env"));
    assertThat(bench.trails()).isEqualTo(1);

    bench.pass(Duration.ofDays(29));
    assertThat(bench.trails()).isEqualTo(1);
    bench.pass(Duration.ofDays(2));
    assertThat(bench.trails()).isZero();
  }

  private static Action touching(
      String id, String agent, int second, CredentialRole role, @Nullable String file) {
    boolean use = role == CredentialRole.USED;
    return Samples.action(
        id,
        agent,
        NOON.plusSeconds(second),
        use ? Phase.ATTEMPT : Phase.RESULT,
        use ? Outcome.UNKNOWN : Outcome.SUCCESS,
        use ? "curl https://api.example.com/me" : "cat ops/.env",
        List.of(Samples.mention(FOREIGN, role, file)));
  }

  /** What is found when somebody else uses the credential a second after that was done to it. */
  private List<String> rulesOfAUseAfter(Step step, StepState state, int second) {
    ContainmentOutcome outcome =
        OutcomeSample.of("contained", step, state, NOON.plusSeconds(second), FOREIGN);
    bench.sendBytes(
        bench.topics.containmentOutcomes(),
        outcome.agentId(),
        ContainmentOutcome.CODEC.encode(outcome));
    String id = "use-" + second;
    bench.send(touching(id, "user-" + second, second + 1, CredentialRole.USED, null));
    return bench.findings().stream()
        .filter(finding -> finding.actionId().equals(id))
        .map(Finding::ruleId)
        .toList();
  }
}
