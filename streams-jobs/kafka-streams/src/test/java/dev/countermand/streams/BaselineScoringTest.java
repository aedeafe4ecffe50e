package dev.countermand.streams;

import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.baseline.Features;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Seen;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import dev.countermand.testkit.ContainmentStateSample;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What was learned of an agent, on its topic, and what the topology says of a burst. */
final class BaselineScoringTest {
  private static final String STATE = "s|5|agent|";

  @AutoClose private final Bench bench = new Bench();

  @Test
  void aBurstOfDeletesBeyondTheAgentsBaselineIsAFindingWithNumbersAndAnOrder() {
    bench.send(Samples.learned("agent:agent", "deletes"));
    bench.send(deleting("a-1", "agent", 0, 3));
    assertThat(anomalies()).isEmpty();
    bench.send(deleting("a-2", "agent", 5, 60));

    assertThat(anomalies())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.id()).isEqualTo("a-2:anomaly");
              assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(finding.recommendation()).isEqualTo(Recommendation.CONTAIN);
              assertThat(finding.summary())
                  .matches(
                      "The agent has 63 deletes within the last minute where 2\\.\\d\\d were to be"
                          + " expected\\.");
              assertThat(finding.because())
                  .anySatisfy(line -> assertThat(line).contains("probability", "times 33"))
                  .anySatisfy(
                      line -> assertThat(line).contains("this agent's own", "none more than 5"));
            });
    assertThat(bench.orders())
        .anySatisfy(order -> assertThat(order.findings()).contains("a-2:anomaly"));
  }

  @Test
  void anAgentThatNothingIsKnownOfIsComparedWithItsPeersAndAPersonIsAsked() {
    bench.send(Samples.learned("peers:hook/none", "deletes"));
    bench.send(deleting("a-1", "agent", 0, 120));

    assertThat(anomalies())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.recommendation()).isEqualTo(Recommendation.ASK);
              assertThat(finding.summary()).contains("of its peers");
              assertThat(finding.because())
                  .anySatisfy(
                      line -> assertThat(line).contains("peers:hook/none", "nothing of the kind"));
            });
  }

  @Test
  void theTaskDecidesWithWhomAnAgentIsComparedAndTheScoredActionSaysSo() {
    bench.send(Samples.learned("peers:hook/refactoring", "deletes"));
    bench.send(Samples.task("agent").ofProfile("refactoring"));
    bench.send(deleting("a-1", "agent", 0, 120));
    bench.send(deleting("a-2", "other", 0, 120));

    assertThat(anomalies())
        .extracting(finding -> String.join(" ", finding.because()))
        .satisfiesExactly(
            own -> assertThat(own).contains("its peers, peers:hook/refactoring, of 1000"),
            other -> assertThat(other).contains("its peers, peers:hook/none: the built-in"));
    assertThat(bench.scored())
        .extracting(Features::peers)
        .containsExactly("peers:hook/refactoring", "peers:hook/none");
  }

  @Test
  void anActionThatComesAgainIsOfTheGroupItWasComparedWithWhateverTheTaskIsNow() {
    Action action = deleting("a-1", "agent", 0, 2);
    bench.send(Samples.task("agent").ofProfile("refactoring"));
    bench.send(action);
    bench.send(Samples.task("agent").ofProfile("data-pipeline"));
    bench.send(action);
    bench.send(deleting("a-2", "agent", 1, 2));

    assertThat(bench.scored())
        .extracting(scored -> scored.id() + " " + scored.score().peerGroup())
        .containsExactly(
            "a-1 peers:hook/refactoring",
            "a-1 peers:hook/refactoring",
            "a-2 peers:hook/data-pipeline");
  }

  @Test
  void aBaselineThatIsTakenBackOrCannotBeReadIsNone() {
    bench.send(Samples.learned("agent:agent", "deletes"));
    bench.sendBytes(bench.topics.baselines(), "agent:agent|deletes", null);
    bench.send(deleting("a-1", "agent", 0, 120));

    assertThat(anomalies())
        .singleElement()
        .satisfies(finding -> assertThat(finding.summary()).contains("nobody knows"));
  }

  @Test
  void anActionThatComesAgainIsSaidAgainAndCountedOnce() {
    bench.send(Samples.learned("agent:agent", "deletes"));
    Action burst = deleting("a-1", "agent", 0, 60);
    bench.send(burst);
    List<Finding> first = anomalies();
    byte[] state = bench.agents().get(STATE);
    bench.send(burst);

    assertThat(anomalies()).isEqualTo(first).hasSize(1);
    assertThat(new String(bench.agents().get(STATE), StandardCharsets.UTF_8))
        .isEqualTo(new String(state, StandardCharsets.UTF_8))
        .contains("\"activity\"");
  }

  @Test
  void aLearnedCleanUpWorkerMayDeleteAsItAlwaysDoes() {
    bench.send(Samples.learned("agent:worker", "deletes"));
    for (int i = 0; i < 200; i++) {
      bench.send(deleting("a-" + i, "worker", 600 * i, 2));
    }

    assertThat(anomalies()).isEmpty();
    assertThat(bench.verdicts())
        .filteredOn(verdict -> verdict.reason().contains("anomaly"))
        .isEmpty();
    assertThat(bench.scored()).hasSize(200);
  }

  @Test
  void whatAContainedAgentDoesIsMarkedSoThatNobodyLearnsFromItAndAgainWhenItComesAgain() {
    Action before = Samples.shell("a-1", "agent", NOON.minusSeconds(1), "cat notes.txt");
    Action during = Samples.shell("a-2", "agent", NOON.plusSeconds(5), "cat notes.txt");
    bench.send(state(ContainmentStatus.CONTAINED, NOON));
    bench.send(before);
    bench.send(during);
    bench.send(Samples.shell("a-3", "other", NOON.plusSeconds(5), "cat notes.txt"));
    bench.send(state(ContainmentStatus.RELEASED, NOON.plusSeconds(60)));
    bench.send(during);
    bench.send(Samples.shell("a-4", "agent", NOON.plusSeconds(61), "cat notes.txt"));

    List<Action> scored = bench.scored();
    assertThat(scored)
        .extracting(action -> action.id() + " " + action.score().containedBy())
        .containsExactly("a-1 null", "a-2 order-1", "a-3 null", "a-2 order-1", "a-4 null");
    assertThat(scored)
        .extracting(Features::teaches)
        .containsExactly(true, false, true, false, true);
  }

  private static ContainmentState state(ContainmentStatus status, Instant time) {
    return ContainmentStateSample.of("agent", status, time).build();
  }

  @Test
  void whatAnAgentWasNeverSeenWithIsToldOfOnceAndAddsNoMoreThanANotice() {
    Seen seen = new Seen("host", NOON.minus(Duration.ofDays(30)), 9_000, 0, false, "", Extra.NONE);
    bench.send(
        new Baseline("agent:agent", NOON, "seen", 9_000, 60, null, List.of(seen), Extra.NONE));
    bench.send(Samples.shell("a-1", "agent", NOON, "curl https://paste.example/x"));
    bench.send(Samples.shell("a-2", "agent", NOON.plusSeconds(9), "curl https://paste.example/x"));

    assertThat(bench.findings().stream().filter(f -> f.ruleId().equals("first-time")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.id()).isEqualTo("a-1:first-time");
              assertThat(finding.severity()).isEqualTo(Severity.LOW);
              assertThat(finding.recommendation()).isEqualTo(Recommendation.NOTIFY);
              assertThat(finding.summary())
                  .isEqualTo("The agent: host paste.example for the first time in 30 days.");
            });
  }

  private List<Finding> anomalies() {
    return bench.findings().stream().filter(f -> f.ruleId().equals("anomaly")).toList();
  }

  private static Action deleting(String id, String agent, int second, int files) {
    return Samples.shell(
        id,
        agent,
        NOON.plusSeconds(second),
        "rm " + IntStream.range(0, files).mapToObj(i -> "f" + i).collect(Collectors.joining(" ")));
  }
}
