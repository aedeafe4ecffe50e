package dev.countermand.streams;

import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.baseline.Burst;
import dev.countermand.model.Finding;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Of which agents the baseline is known when no more than three baselines are held. */
final class CappedBaselinesTest {
  private static final int MAX = 3;

  @AutoClose private final Bench bench = new Bench(Samples.scoring(), MAX);
  private int hour;

  @Test
  void theOneThatNothingWasComparedWithForTheLongestIsForgottenAndTheOthersStay() {
    learn("first");
    learn("second");
    learn("third");
    act("first", Burst.FEWEST);
    learn("fourth");

    assertThat(isKnown("second")).isFalse();
    assertThat(isKnown("first")).isTrue();
    assertThat(isKnown("third")).isTrue();
    assertThat(isKnown("fourth")).isTrue();
  }

  @Test
  void theOneThatIsComparedAllTheTimeStaysHoweverManyAreMadeUp() {
    learn("busy");
    for (int i = 0; i < 10 * MAX; i++) {
      learn("made-up-" + i);
      act("busy", Burst.FEWEST);
    }

    assertThat(isKnown("busy")).isTrue();
    assertThat(isKnown("made-up-0")).isFalse();
  }

  @Test
  void theOneThatIsWrittenAgainIsThereAgain() {
    learn("agent");
    for (int i = 0; i < MAX; i++) {
      learn("made-up-" + i);
    }
    assertThat(isKnown("agent")).isFalse();
    learn("agent");

    assertThat(isKnown("agent")).isTrue();
  }

  private void learn(String agent) {
    bench.send(Samples.learned("agent:" + agent, "deletes"));
  }

  /** Whether the agent's own baseline, or that of nobody, says that a burst is one. */
  private boolean isKnown(String agent) {
    bench.findings();
    act(agent, 120);
    List<Finding> found =
        bench.findings().stream().filter(one -> one.ruleId().equals("anomaly")).toList();
    assertThat(found).hasSize(1);
    return found.get(0).because().stream().anyMatch(line -> line.contains("this agent's own"));
  }

  /** Long after what it did before. */
  private void act(String agent, int deletes) {
    hour++;
    bench.send(
        Samples.shell(
            "action-" + hour,
            agent,
            NOON.plus(Duration.ofHours(hour)),
            IntStream.range(0, deletes)
                .mapToObj(i -> "f" + i)
                .collect(Collectors.joining(" ", "rm ", ""))));
  }
}
