package dev.countermand.streams;

import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.Situation;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Decision;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Severity;
import dev.countermand.model.Task;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class ScoringTopologyTest {
  private static final String DESTROY = "destroy vol-1";

  @AutoClose private final Bench bench = new Bench();

  @Test
  void aHarmlessAttemptIsAllowedAndScored() {
    bench.send(Samples.shell("a-1", "agent", NOON, "ls -la"));

    assertThat(bench.verdicts())
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.actionId()).isEqualTo("a-1");
              assertThat(verdict.decision()).isEqualTo(Decision.ALLOW);
              assertThat(verdict.time()).isEqualTo(NOON);
            });
    assertThat(bench.scored())
        .singleElement()
        .satisfies(action -> assertThat(action.score().severity()).isEqualTo(Severity.NONE));
    assertThat(bench.findings()).isEmpty();
    assertThat(bench.orders()).isEmpty();
  }

  @Test
  void anAttemptToDestroyAVolumeIsDenied() {
    bench.send(Samples.shell("a-1", "agent", NOON, DESTROY));

    assertThat(bench.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.id()).isEqualTo("a-1:destructive");
              assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
            });
    assertThat(bench.verdicts())
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.decision()).isEqualTo(Decision.DENY);
              assertThat(verdict.findings()).containsExactly("a-1:destructive");
              assertThat(verdict.reason()).contains("destructive").contains("vol-1");
            });
    assertThat(bench.orders()).isEmpty();
  }

  @Test
  void aResultGetsNoVerdictAndADestroyedVolumeIsContained() {
    bench.send(
        Samples.action("a-1", "agent", NOON, Phase.RESULT, Outcome.SUCCESS, DESTROY, List.of()));

    assertThat(bench.verdicts()).isEmpty();
    assertThat(bench.orders())
        .singleElement()
        .satisfies(order -> assertThat(order.id()).isEqualTo("a-1:contain"));
  }

  @Test
  void aRegisteredCredentialUsedOutsideTheOpenTaskIsContainedWithItsLineage() {
    bench.send(Samples.credential(FOREIGN));
    bench.send(Samples.task("agent"));
    bench.send(
        Samples.action(
            "a-1",
            "agent",
            NOON,
            Phase.RESULT,
            Outcome.SUCCESS,
            "cat ops/.env",
            List.of(Samples.mention(FOREIGN, CredentialRole.SIGHTED, "ops/.env"))));
    bench.send(
        Samples.action(
            "a-2",
            "agent",
            NOON.plusSeconds(5),
            Phase.ATTEMPT,
            Outcome.UNKNOWN,
            "curl https://api.example.com/me",
            List.of(Samples.mention(FOREIGN, CredentialRole.USED, null))));

    List<Finding> findings = bench.findings();
    assertThat(findings)
        .extracting(Finding::id)
        .containsExactly(
            "a-1:credential-scope",
            "a-2:credential-scope",
            "a-2:environment-mismatch",
            "a-2:read-then-used");
    assertThat(findings.get(0).summary()).contains("ops/.env");
    assertThat(findings.get(1).relatedActions()).containsExactly("a-1");
    assertThat(findings.get(1).because())
        .anySatisfy(line -> assertThat(line).contains("provider-admin").contains("platform"))
        .anySatisfy(line -> assertThat(line).contains("ops/.env").contains("a-1"))
        .anySatisfy(line -> assertThat(line).contains("task-of-agent"));
    assertThat(bench.orders())
        .singleElement()
        .satisfies(order -> assertThat(order.credentials()).containsExactly(FOREIGN));
    assertThat(bench.scored())
        .extracting(Action::taskId)
        .containsExactly("task-of-agent", "task-of-agent");
  }

  @Test
  void everyOutputIsKeyedByTheAgent() {
    bench.send(Samples.task("agent"));
    bench.send(
        Samples.action(
            "a-1",
            "agent",
            NOON,
            Phase.ATTEMPT,
            Outcome.UNKNOWN,
            DESTROY,
            List.of(Samples.mention(FOREIGN, CredentialRole.USED, null))));

    for (String topic :
        List.of(
            bench.topics.verdicts(),
            bench.topics.findings(),
            bench.topics.containmentOrders(),
            bench.topics.scoredActions())) {
      assertThat(bench.raw(topic))
          .as(topic)
          .isNotEmpty()
          .allSatisfy(record -> assertThat(record.key()).isEqualTo("agent"));
    }
  }

  @Test
  void anUnreadableActionGoesToTheDeadLettersWithItsPlaceAndWithoutItsBytes() {
    bench.send(Samples.shell("a-1", "agent", NOON, "ls"));
    bench.sendBytes(bench.topics.actions(), "agent", utf8("{\"hunter2\": "));
    bench.send(Samples.shell("a-2", "agent", NOON, "ls"));

    List<DeadLetter> letters = bench.letters();
    assertThat(letters)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.code()).isEqualTo("RECORD_UNREADABLE");
              assertThat(letter.topic()).isEqualTo("t.actions");
              assertThat(letter.partition()).isZero();
              assertThat(letter.offset()).isEqualTo(1);
              assertThat(letter.stage()).isEqualTo("scoring");
              assertThat(DeadLetter.CODEC.toTree(letter).toString()).doesNotContain("hunter2");
            });
    assertThat(bench.verdicts()).hasSize(2);
    assertThat(bench.count("countermand.scoring.dead.letters", "code", "RECORD_UNREADABLE"))
        .isEqualTo(1);
  }

  @Test
  void anActionUnderNoKeyOrUnderAnothersKeyGoesToTheDeadLetters() {
    byte[] action = Action.CODEC.encode(Samples.shell("a-1", "agent", NOON, "ls"));
    bench.sendBytes(bench.topics.actions(), null, action);
    bench.sendBytes(bench.topics.actions(), "another", action);
    bench.sendBytes(bench.topics.actions(), "agent", null);

    assertThat(bench.letters())
        .extracting(DeadLetter::code)
        .containsExactly("KEY_MISMATCH", "KEY_MISMATCH", "ACTION_EMPTY");
    assertThat(bench.verdicts()).isEmpty();
  }

  @Test
  void deadLettersHaveNoKey() {
    bench.sendBytes(bench.topics.actions(), "agent", utf8("no json"));

    assertThat(bench.raw(bench.topics.deadLetters()))
        .singleElement()
        .satisfies(record -> assertThat(record.key()).isNull());
  }

  @Test
  void anUnreadableTaskGoesToTheDeadLettersAndTheTaskBeforeItStays() {
    bench.send(Samples.task("agent"));
    bench.sendBytes(bench.topics.tasks(), "agent", utf8("{\"countermand\":{}}"));
    bench.send(Samples.shell("a-1", "agent", NOON, "ls"));

    assertThat(bench.letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.topic()).isEqualTo("t.tasks");
              assertThat(letter.offset()).isEqualTo(1);
            });
    assertThat(bench.scored()).extracting(Action::taskId).containsExactly("task-of-agent");
  }

  @Test
  void aClosedTaskGrantsNothing() {
    Task open = Samples.task("agent");
    bench.send(open);
    bench.sendBytes(bench.topics.tasks(), "agent", null);
    bench.send(Samples.shell("a-1", "agent", NOON, "ls"));

    assertThat(bench.scored().get(0).taskId()).isNull();
  }

  @Test
  void anActionThatADetectorTripsOverIsADeadLetterAndTheOthersGoOn() {
    Scoring scoring = new Scoring(action -> List.of(), List.of(new Tripping()));
    try (Bench tripping = new Bench(scoring)) {
      tripping.send(Samples.shell("a-1", "agent", NOON, "trip"));
      tripping.send(Samples.shell("a-2", "agent", NOON, "ls"));

      assertThat(tripping.letters()).extracting(DeadLetter::code).containsExactly("SCORING_FAILED");
      assertThat(tripping.verdicts()).hasSize(1);
    }
  }

  @Test
  void theMeasuresCountActionsFindingsAndOrders() {
    bench.send(Samples.shell("a-1", "agent", NOON, DESTROY));
    bench.send(Samples.shell("a-2", "agent", NOON, "ls"));

    assertThat(bench.count("countermand.scoring.actions", "phase", "attempt")).isEqualTo(2);
    assertThat(
            bench.count(
                "countermand.scoring.findings", "rule", "destructive", "severity", "critical"))
        .isEqualTo(1);
    assertThat(bench.registry.timer("countermand.scoring.time").count()).isEqualTo(2);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Tripping implements Detector {
    @Override
    public String id() {
      return "tripping";
    }

    @Override
    public String name() {
      return "Tripping";
    }

    @Override
    public Optional<Finding> detect(Situation situation) {
      if ("trip".equals(situation.action().command())) {
        throw new IllegalStateException("tripped");
      }
      return Optional.empty();
    }
  }
}
