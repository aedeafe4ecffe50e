package dev.countermand.detectors.sequence;

import static dev.countermand.detectors.sequence.SequenceSamples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SequencesTest {
  private static final Sequences SEQUENCES = Sequences.standard();
  private static final Duration WITHIN = Duration.ofHours(1);
  private static final int AGENTS = 3;

  /**
   * The reference says it in one sentence: an action is found when its agent and two others at
   * least had a deny-loop within the hour before it.
   */
  @Property(tries = 300)
  void inWhateverOrderFindingsAreToldTheSameActionsAreFoundAsByTheReference(@ForAll long seed) {
    Random random = new Random(seed);
    List<Finding> findings = history(random);
    Set<String> expected = new TreeSet<>();
    for (Finding use : findings) {
      Set<String> agents = new HashSet<>();
      for (Finding other : findings) {
        Duration ago = Duration.between(other.time(), use.time());
        if (other.ruleId().equals("deny-loop") && !ago.isNegative() && ago.compareTo(WITHIN) <= 0) {
          agents.add(other.agentId());
        }
      }
      if (!use.ruleId().equals("deny-loop")
          && agents.size() >= AGENTS
          && agents.contains(use.agentId())) {
        expected.add(use.actionId());
      }
    }
    for (int i = 0; i < 4; i++) {
      assertThat(found(findings)).isEqualTo(expected);
      Collections.shuffle(findings, random);
    }
  }

  /** Within two hours: what is later than that is beyond what is remembered. */
  private static List<Finding> history(Random random) {
    List<Finding> findings = new ArrayList<>();
    for (int agent = 0; agent < 6; agent++) {
      int loops = random.nextInt(3);
      for (int i = 0; i < loops; i++) {
        findings.add(finding(findings.size(), agent, "deny-loop", random.nextInt(7_200)));
      }
      int uses = random.nextInt(3);
      for (int i = 0; i < uses; i++) {
        findings.add(finding(findings.size(), agent, "shared-credential", random.nextInt(7_200)));
      }
    }
    Collections.shuffle(findings, random);
    return findings;
  }

  private static Set<String> found(List<Finding> findings) {
    SequenceSamples samples = new SequenceSamples(SEQUENCES);
    List<String> actions = new ArrayList<>();
    for (Finding finding : findings) {
      samples.tell(finding).forEach(found -> actions.add(found.actionId()));
    }
    assertThat(actions).as("each once").doesNotHaveDuplicates();
    return new TreeSet<>(actions);
  }

  private static Finding finding(int number, int agent, String rule, long second) {
    return SequenceSamples.finding(
        "f-" + number,
        "action-" + number,
        "agent-" + agent,
        rule,
        Recommendation.NOTIFY,
        NOON.plusSeconds(second),
        null,
        List.of());
  }

  @Test
  void howeverManyFindingsThereAreTheStateStaysBounded() {
    SequenceSamples samples = new SequenceSamples(SEQUENCES);
    for (int i = 0; i < 2 * SequenceState.MAX_TOGETHER; i++) {
      samples.tell(finding(i, i, "deny-loop", i));
      samples.tell(finding(10_000 + i, i, "shared-credential", i));
    }

    SequenceState state = samples.states().values().iterator().next();
    assertThat(samples.states()).hasSize(1);
    assertThat(state.together()).hasSize(SequenceState.MAX_TOGETHER);
    assertThat(state.then()).hasSize(SequenceState.MAX_THEN);
    assertThat(SequenceState.CODEC.encode(state).length).isLessThan(256 * 1_024);
  }

  @Test
  void whatComesLateIsFoundThoughThereAreTooManyToRememberIt() {
    SequenceSamples samples = new SequenceSamples(SEQUENCES);
    for (int agent = 0; agent < 3; agent++) {
      samples.tell(finding(agent, agent, "deny-loop", 0));
    }
    for (int i = 0; i < SequenceState.MAX_THEN; i++) {
      assertThat(samples.tell(finding(100 + i, 10 + i, "shared-credential", 100))).isEmpty();
    }

    assertThat(samples.tell(finding(3, 1, "shared-credential", 99))).hasSize(1);
  }

  @Test
  void oneAgentCannotPushTheOthersOut() {
    SequenceSamples samples = new SequenceSamples(SEQUENCES);
    samples.tell(finding(1, 1, "deny-loop", 0));
    samples.tell(finding(2, 2, "deny-loop", 0));
    for (int i = 0; i < SequenceState.MAX_TOGETHER; i++) {
      samples.tell(finding(1_000 + i, 3, "deny-loop", 1 + i));
    }

    assertThat(samples.tell(finding(3, 3, "shared-credential", 1_200))).hasSize(1);
  }

  @Test
  void whatIsLaterThanIsRememberedIsNotFound() {
    SequenceSamples samples = new SequenceSamples(SEQUENCES);
    for (int agent = 0; agent < 3; agent++) {
      samples.tell(finding(agent, agent, "deny-loop", 0));
    }
    long later = WITHIN.plus(Sequence.LATE).toSeconds() + 1;
    samples.tell(finding(3, 9, "deny-loop", later));

    assertThat(samples.tell(finding(4, 1, "shared-credential", 10))).isEmpty();
    assertThat(samples.states().values())
        .singleElement()
        .satisfies(state -> assertThat(state.together()).hasSize(1));
  }

  @Test
  void whereNothingIsLookedForNothingIsFound() {
    for (String key : List.of("gone|fleet", "refused-then-borrowed|neighbours:x", "nothing")) {
      Sequences.Result result =
          SEQUENCES.follow(
              key, SequenceEvent.of(finding(1, 1, "deny-loop", 0), NOON), SequenceState.EMPTY);

      assertThat(result.findings()).isEmpty();
      assertThat(result.state()).isSameAs(SequenceState.EMPTY);
    }
  }

  @Test
  void aSequenceThatAsksAPersonOrHasNoGroupsIsNotPossible() {
    assertThatThrownBy(() -> sequence(Recommendation.ASK, "fleet"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sequence(Recommendation.NOTIFY, "neighbours"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(sequence(Recommendation.NOTIFY, "fleet").kinds()).containsExactly(Group.FLEET);
  }

  private static Sequence sequence(Recommendation recommendation, String group) {
    return new Sequence(
        "id",
        "name",
        "summary",
        2,
        Map.of("a", Recommendation.NOTIFY),
        Map.of("b", Recommendation.NOTIFY),
        10,
        0.5,
        Map.of(group, new Sequence.Answer(Severity.HIGH, recommendation)),
        List.of());
  }
}
