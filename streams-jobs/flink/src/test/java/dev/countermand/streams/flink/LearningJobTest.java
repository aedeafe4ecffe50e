package dev.countermand.streams.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Effect;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningJobTest {
  private static final Duration TWO_DAYS = Duration.ofDays(2);
  private static final Instant END = History.START.plus(TWO_DAYS);
  private static final LearningSettings.Backend HEAP = LearningSettings.Backend.HEAP;

  private final LearningTopics topics = new LearningTopics();

  @TempDir private Path directory;

  @AfterEach
  void close() {
    topics.close();
  }

  @ParameterizedTest
  @EnumSource
  void historyGivesWhatAPlainLoopOverThePureCodeGives(LearningSettings.Backend backend) {
    List<Action> actions = History.actions(1, History.START, TWO_DAYS, 6_000, 5);
    List<Action> disordered = new ArrayList<>(actions);
    shuffleWithinMinutes(disordered);
    topics.send(disordered);

    Summary summary = LearningJob.learn(settings(backend), History.START, END);

    Map<String, Baseline> expected = History.learn(actions);
    assertBaselines(expected);
    assertThat(expected)
        .hasSizeGreaterThan(50)
        .containsKeys("peers:hook|deletes", "peers:hook|seen", "agent:agent-0|seen");
    assertThat(summary.keys()).isEqualTo(expected.size());
    assertThat(summary.windows()).isGreaterThan(5_000);
    assertThat(summary.late()).isZero();
  }

  @Test
  void aGroupLearnsFromWhatWasScoredAsItsOwnAlsoWhenAnAgentGoesFromOneToAnother() {
    List<Action> actions = new ArrayList<>();
    for (Action action : History.actions(11, History.START, TWO_DAYS, 6_000, 6)) {
      // Half a minute into every hour each agent has another task.
      long phase = action.time().minusSeconds(30).getEpochSecond() / 3_600 % 2;
      String kind = action.agentId().compareTo("agent-3") < 0 ? "claude-code" : "codex";
      String profile = phase == 0 ? "refactoring" : "data-pipeline";
      actions.add(History.ofGroup(action, "peers:" + kind + "/" + profile));
    }
    List<Action> disordered = new ArrayList<>(actions);
    shuffleWithinMinutes(disordered);
    topics.send(disordered);

    Summary summary = LearningJob.learn(settings(HEAP), History.START, END);

    assertBaselines(History.learn(actions));
    assertThat(topics.subjects())
        .filteredOn(subject -> subject.startsWith("peers:"))
        .containsExactlyInAnyOrder(
            "peers:claude-code/refactoring",
            "peers:claude-code/data-pipeline",
            "peers:codex/refactoring",
            "peers:codex/data-pipeline");
    assertThat(summary.refused()).isZero();
  }

  @Test
  void ofMoreGroupsThanAreLearnedTheRestIsCounted() {
    List<Effect> deletes = List.of(History.effect(Verb.DELETE, 1));
    List<Action> actions = new ArrayList<>();
    int beyond = 44;
    for (int i = 0; i < AdmitGroups.MAX_GROUPS + beyond; i++) {
      Action action = History.action("agent-" + i, History.START, deletes, Severity.NONE);
      actions.add(History.ofGroup(action, "peers:hook/build-" + i));
    }
    topics.send(actions);

    Summary summary = LearningJob.learn(settings(HEAP), History.START, END);

    assertThat(summary.refused()).as("of deletes, and of what was seen").isEqualTo(2L * beyond);
    Awaitility.await("the baselines of every agent")
        .atMost(Duration.ofSeconds(20))
        .until(() -> topics.subjects().size() >= actions.size() + AdmitGroups.MAX_GROUPS);
    assertThat(topics.baselines().keySet())
        .filteredOn(key -> key.startsWith("peers:") && key.endsWith("|deletes"))
        .hasSize(AdmitGroups.MAX_GROUPS);
    assertThat(topics.baselines().keySet())
        .filteredOn(key -> key.startsWith("peers:") && key.endsWith("|seen"))
        .hasSize(AdmitGroups.MAX_GROUPS);
  }

  @Test
  void aPartitionThatIsReadToItsEndFarAheadOfTheOthersStopsNothing() {
    List<Action> actions = History.actions(7, History.START, TWO_DAYS, 6_000, 4);
    // One of a hundred: it is at its end when the others are in the first hours.
    topics.send(actions, i -> i % 100 == 0 ? 0 : 1 + i % 2);

    Summary summary = LearningJob.learn(settings(HEAP), History.START, END);

    assertBaselines(History.learn(actions));
    assertThat(summary.late()).isZero();
  }

  @Test
  void onlyTheSpanThatIsAskedForIsLearned() {
    List<Action> actions = History.actions(2, History.START, TWO_DAYS, 500, 3);
    topics.send(actions);
    Instant from = History.START.plus(Duration.ofHours(12));
    Instant to = from.plus(Duration.ofHours(24));

    LearningJob.learn(settings(HEAP), from, to);

    assertBaselines(
        History.learn(
            actions.stream()
                .filter(a -> !a.time().isBefore(from) && a.time().isBefore(to))
                .toList()));
  }

  @Test
  void whatCannotBeReadGoesToTheDeadLettersAndStopsNothing() {
    List<Action> actions = History.actions(3, History.START, TWO_DAYS, 200, 2);
    String topic = topics.names().scoredActions();
    topics.probe().produce(topic, "agent-0", "{\"event\":");
    topics.send(actions);
    topics.probe().produce(topic, "agent-1", null);

    Summary summary = LearningJob.learn(settings(HEAP), History.START, END);

    assertThat(summary.unreadable()).isEqualTo(2);
    assertBaselines(History.learn(actions));
    assertThat(topics.probe().readAll(topics.names().deadLetters()))
        .extracting(m -> DeadLetter.CODEC.decode(m.value().getBytes(StandardCharsets.UTF_8)))
        .extracting(DeadLetter::code)
        .containsExactlyInAnyOrder("RECORD_UNREADABLE", "ACTION_EMPTY");
  }

  @Test
  void aSampleThatIsTooLateIsCountedAndNotLearned() {
    List<Action> actions = History.actions(4, History.START.plusSeconds(3_600), TWO_DAYS, 300, 1);
    Action late = History.action("agent-0", History.START, actions.get(0).effects(), Severity.NONE);
    topics.send(actions);

    try (LearningJob job = LearningJob.start(settings(HEAP), History.START)) {
      Awaitility.await("a watermark that closed windows")
          .atMost(Duration.ofSeconds(60))
          .until(() -> !topics.baselines().isEmpty());
      topics.send(List.of(late));
      Awaitility.await("the late sample")
          .atMost(Duration.ofSeconds(60))
          .until(() -> job.progress().filter(p -> p.late() > 0).isPresent());
    }

    assertThat(topics.baselines().values())
        .allSatisfy(
            b ->
                assertThat(b.learned() == null ? b.seen().get(0).from() : b.learned().from())
                    .isAfter(late.time()));
  }

  @Test
  void aJobThatIsStoppedInTheMiddleLosesNoWindowAndLearnsNoneTwice() {
    List<Action> actions = History.actions(5, History.START, TWO_DAYS, 4_000, 4);
    // Later than all else, in every partition: they close the windows and are in none of them.
    List<Action> closing =
        History.actions(6, END.plus(Duration.ofDays(1)), Duration.ofHours(1), 1, 1);
    LearningSettings settings = settings(HEAP);
    Map<String, Baseline> expected = History.learn(actions);

    topics.send(actions.subList(0, 2_000));
    try (LearningJob job = LearningJob.start(settings, History.START)) {
      Awaitility.await("baselines of the first half")
          .atMost(Duration.ofSeconds(60))
          .until(() -> !job.isDone() && topics.baselines().size() > 30);
      // These are read, and learned in part, after the checkpoint that the job goes on from.
      topics.send(actions.subList(2_000, 2_600));
      Awaitility.await("more than the last checkpoint knows")
          .atMost(Duration.ofSeconds(60))
          .until(() -> job.progress().filter(p -> p.samples() > 2_000).isPresent());
    }
    assertThat(LearningJob.latest(settings.checkpoints())).isPresent();
    topics.send(actions.subList(2_600, actions.size()));
    topics.closeWindows(closing.get(0));

    try (LearningJob job = LearningJob.start(settings, History.START)) {
      Awaitility.await("the baselines of an undisturbed run")
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> assertThat(within(topics.baselines(), expected)).isEqualTo(expected));
      assertThat(job.isDone()).isFalse();
    }
  }

  @Test
  void theBaselinesOfWhoWasNotSeenForSixtyDaysAreTakenBackAndNoOthers() {
    List<Effect> effects = History.actions(7, History.START, TWO_DAYS, 1, 1).get(0).effects();
    Instant much = History.START.plus(Learning.KEPT).plus(Duration.ofHours(1));
    topics.send(
        List.of(
            History.action("gone", History.START, effects, Severity.NONE),
            History.action("stays", History.START, effects, Severity.NONE),
            History.action("stays", History.START.plusSeconds(86_400), effects, Severity.NONE)));

    try (LearningJob job = LearningJob.start(settings(HEAP), History.START)) {
      topics.closeWindows(
          History.action("stays", History.START.plusSeconds(90_000), effects, Severity.NONE));
      Awaitility.await("the baselines of both")
          .atMost(Duration.ofSeconds(60))
          .until(() -> topics.subjects().containsAll(List.of("agent:gone", "agent:stays")));
      topics.closeWindows(History.action("other", much, effects, Severity.NONE));
      Awaitility.await("the baselines of the one who stays")
          .atMost(Duration.ofSeconds(60))
          .until(() -> !topics.subjects().contains("agent:gone"));
      assertThat(topics.subjects()).contains("agent:stays", "peers:hook");
      assertThat(job.isDone()).isFalse();
    }
    assertThat(topics.baselines().keySet()).noneMatch(key -> key.contains("gone"));
  }

  /** A committed transaction can be read when the broker has marked it in every partition. */
  private void assertBaselines(Map<String, Baseline> expected) {
    Awaitility.await("the baselines of the plain loop")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(topics.baselines()).isEqualTo(expected));
  }

  private static Map<String, Baseline> within(
      Map<String, Baseline> all, Map<String, Baseline> keys) {
    Map<String, Baseline> some = new TreeMap<>(all);
    some.keySet().retainAll(keys.keySet());
    return some;
  }

  private LearningSettings settings(LearningSettings.Backend backend) {
    return topics.settings(backend, directory);
  }

  /** As they come when collectors differ: out of order by less than what the job waits. */
  private static void shuffleWithinMinutes(List<Action> actions) {
    Random random = new Random(9);
    for (int i = 0; i + 3 < actions.size(); i += 3) {
      List<Action> some = actions.subList(i, i + 3);
      if (Duration.between(some.get(0).time(), some.get(2).time()).toMinutes() < 4) {
        Collections.shuffle(some, random);
      }
    }
  }
}
