package dev.countermand.streams.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Effect;
import dev.countermand.model.Severity;
import dev.countermand.runtime.CountermandException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakenOverTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<Effect> EFFECTS =
      History.actions(8, History.START, Duration.ofDays(2), 1, 1).get(0).effects();

  private final LearningTopics topics = new LearningTopics();

  @TempDir private Path directory;

  @AfterEach
  void close() {
    topics.close();
  }

  @Test
  void ofTwoJobsThatGoOnTheFirstEndsWithACodeAndTheSecondLearns() throws Exception {
    try (LearningJob first = start("first")) {
      act("one", 0);
      act("one", 2);
      Awaitility.await("a baseline by the first")
          .atMost(LIMIT)
          .until(() -> topics.subjects().contains("agent:one"));
      try (LearningJob second = start("second")) {
        Awaitility.await("the second to learn")
            .atMost(LIMIT)
            .until(() -> second.progress().filter(p -> p.windows() > 0).isPresent());
        act("two", 2);
        act("two", 4);
        assertThat(first.awaitEnd(LIMIT)).isTrue();
        assertThatThrownBy(first::await)
            .isInstanceOfSatisfying(
                CountermandException.class,
                e -> assertThat(e.code()).isEqualTo(LearningJob.TAKEN_OVER))
            .hasMessageContaining(topics.names().baselines());
        Awaitility.await("a baseline by the second")
            .atMost(LIMIT)
            .until(() -> topics.subjects().contains("agent:two"));
        assertThat(second.isDone()).isFalse();
      }
    }
  }

  @Test
  void aRunOverHistoryTakesNothingFromAJobThatGoesOn() {
    try (LearningJob job = start("goes-on")) {
      act("one", 0);
      act("one", 2);
      LearningJob.learn(
          topics.settings(LearningSettings.Backend.HEAP, directory.resolve("history")),
          History.START,
          History.START.plus(Duration.ofHours(1)));
      act("two", 2);
      act("two", 4);
      Awaitility.await("a baseline by the job that goes on")
          .atMost(LIMIT)
          .until(() -> topics.subjects().contains("agent:two"));
      assertThat(job.isDone()).isFalse();
    }
  }

  private LearningJob start(String name) {
    return LearningJob.start(
        topics.settings(LearningSettings.Backend.HEAP, directory.resolve(name)), History.START);
  }

  private void act(String agent, int hour) {
    Instant time = History.START.plus(Duration.ofHours(hour));
    topics.closeWindows(History.action(agent, time, EFFECTS, Severity.NONE));
  }
}
