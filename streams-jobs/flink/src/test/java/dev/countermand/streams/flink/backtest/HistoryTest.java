package dev.countermand.streams.flink.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What held at a time. */
final class HistoryTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  @Test
  void theLatestThatHeldByThenIsTaken() {
    History<Task> history = history(task("first", 0), task("second", 10), task("third", 20));

    assertThat(at(history, 10)).isEqualTo("second");
    assertThat(at(history, 19)).isEqualTo("second");
    assertThat(at(history, 20)).isEqualTo("third");
    assertThat(at(history, 9_999)).isEqualTo("third");
  }

  @Test
  void beforeTheFirstThatIsKnownTheFirstIsTaken() {
    assertThat(at(history(task("first", 0), task("second", 10)), -5)).isEqualTo("first");
  }

  @Test
  void theOrderOfTimeCountsAndOfOneMomentThatOfTheTopic() {
    History<Task> history = history(task("late", 10), task("early", 0), task("latest", 10));

    assertThat(at(history, 5)).isEqualTo("early");
    assertThat(at(history, 10)).isEqualTo("latest");
  }

  @Test
  void ofAKeyThatNothingWasSaidOfThereIsNothing() {
    assertThat(history(task("first", 0)).at("another", NOON.toEpochMilli())).isEmpty();
  }

  private static String at(History<Task> history, long second) {
    return history.at("agent", NOON.plusSeconds(second).toEpochMilli()).orElseThrow().id();
  }

  private static History<Task> history(Task... tasks) {
    return History.of(
        Map.of("agent", Stream.of(tasks).map(Task.CODEC::encode).toList()), Task.CODEC, Task::time);
  }

  private static Task task(String id, long second) {
    Instant time = NOON.plusSeconds(second);
    return new Task(
        id,
        time,
        "agent",
        TaskStatus.OPEN,
        "why",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        time,
        null,
        "ada",
        Extra.NONE);
  }
}
