package dev.countermand.streams;

import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.AgentMemory;
import dev.countermand.detectors.AgentState;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crash, a replay or a collector that sends twice must not change. */
final class RepetitionTest {
  private static final Action USE =
      Samples.action(
          "use",
          "agent",
          NOON,
          Phase.ATTEMPT,
          Outcome.UNKNOWN,
          "rm a b c d e",
          List.of(Samples.mention(FOREIGN, CredentialRole.USED, null)));

  private static final String MEMORY = "m|5|agent|";

  @AutoClose private final Bench bench = new Bench();

  @BeforeEach
  void openTask() {
    bench.send(Samples.task("agent"));
  }

  @Test
  void anActionThatComesAgainIsAnsweredTheSameAndCountedOnce() {
    bench.send(Samples.shell("before", "agent", NOON.minusSeconds(20), "rm x"));
    outputs();
    bench.send(USE);
    Map<String, List<String>> first = outputs();
    Map<String, String> stored = contents();
    bench.send(USE);

    assertThat(first.get(bench.topics.findings())).hasSize(2);
    assertThat(first.get(bench.topics.containmentOrders())).hasSize(1);
    assertThat(outputs()).isEqualTo(first);
    assertThat(contents()).isEqualTo(stored);
    assertThat(bench.count("countermand.scoring.repeated")).isEqualTo(1);
  }

  @Test
  void anOlderActionThatComesAgainLeavesTheStateOfALaterOne() {
    bench.send(USE);
    Map<String, List<String>> first = outputs();
    bench.send(Samples.shell("later", "agent", NOON.plusSeconds(1), "rm y"));
    Map<String, String> stored = contents();
    outputs();
    bench.send(USE);

    assertThat(outputs()).isEqualTo(first);
    assertThat(contents()).isEqualTo(stored);
  }

  @Test
  void anAnswerDoesNotChangeWithTheTaskAndTheRegistry() {
    bench.send(USE);
    Map<String, List<String>> first = outputs();
    bench.send(Samples.credential(FOREIGN));
    bench.sendBytes(bench.topics.tasks(), "agent", null);
    bench.send(USE);

    assertThat(outputs()).isEqualTo(first);
  }

  @Test
  void aCrashBetweenTheResultAndTheMemoryRepeatsTheResultAndMakesUpBothOfTheState() {
    sameIsSaidAndStoredAfter(
        before -> {
          bench.agents().put(MEMORY, before.memory());
          bench.agents().put(stateKey(), before.state());
          bench.send(Samples.credential(FOREIGN));
        });
  }

  @Test
  void aCrashBetweenTheMemoryAndTheStateRepeatsTheResultAndMakesUpTheState() {
    sameIsSaidAndStoredAfter(
        before -> {
          assertThat(bench.agents().get(MEMORY)).isNotEqualTo(before.memory());
          bench.agents().put(stateKey(), before.state());
        });
  }

  @Test
  void aCrashBeforeTheResultWasKeptComputesItAgain() {
    sameIsSaidAndStoredAfter(
        before -> {
          bench.agents().put(MEMORY, before.memory());
          bench.agents().put(stateKey(), before.state());
          bench.agents().delete("r|5|agent|use");
        });
  }

  @Test
  void aCrashThatLosesAllOfWhichThereWasNothingToTellScoresItAgainAndRepeatsTheRest() {
    bench.send(Samples.shell("a-before", "agent", NOON.minusSeconds(20), "ls"));
    Before before = new Before(bench.agents().get(stateKey()), bench.agents().get(MEMORY));
    outputs();
    List<Action> since = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      plain.add("t-" + numbered(i));
      since.add(Samples.shell("t-" + numbered(i), "agent", NOON.plusSeconds(i), "ls f" + i));
    }
    since.add(10, USE);
    since.forEach(bench::send);
    Map<String, List<String>> first = outputs();
    Map<String, String> stored = contents();
    plain.forEach(id -> assertThat(bench.agents().delete("r|5|agent|" + id)).isNotNull());
    bench.agents().put(stateKey(), before.state());
    bench.agents().put(MEMORY, before.memory());
    bench.forget();
    since.forEach(bench::send);

    assertThat(first.get(bench.topics.findings())).hasSize(2);
    assertThat(outputs()).isEqualTo(first);
    assertThat(contents()).isEqualTo(stored);
    assertThat(bench.count("countermand.scoring.repeated")).isEqualTo(1);
  }

  /** What is stored of the agent before the use. */
  private record Before(byte[] state, byte[] memory) {}

  /** Uses, leaves in the store what a crash would leave there, and uses again. */
  private void sameIsSaidAndStoredAfter(Consumer<Before> crash) {
    bench.send(Samples.shell("before", "agent", NOON.minusSeconds(20), "rm x"));
    Before before = new Before(bench.agents().get(stateKey()), bench.agents().get(MEMORY));
    outputs();
    bench.send(USE);
    Map<String, List<String>> first = outputs();
    Map<String, String> stored = contents();
    crash.accept(before);
    bench.forget();
    bench.send(USE);

    assertThat(outputs()).isEqualTo(first);
    assertThat(contents()).isEqualTo(stored);
  }

  @Test
  void aCrashBeforeTheCommitRepeatsAllResultsSinceAndMakesUpTheState() {
    sameIsSaidAndStoredOfAllSinceTheCommit(before -> {});
  }

  @Test
  void aCrashBetweenTheMemoryAndTheStateOfACommitMakesUpTheStateOfAllSinceTheOneBefore() {
    byte[][] memory = new byte[1][];
    sameIsSaidAndStoredOfAllSinceTheCommit(before -> bench.agents().put(MEMORY, memory[0]), memory);
  }

  /**
   * Acts often, leaves in the store what a crash before the commit would, and does it all again.
   */
  private void sameIsSaidAndStoredOfAllSinceTheCommit(Consumer<Before> crash, byte[]... memory) {
    bench.send(Samples.shell("a-before", "agent", NOON.minusSeconds(20), "rm x"));
    Before before = new Before(bench.agents().get(stateKey()), bench.agents().get(MEMORY));
    outputs();
    List<Action> since = new ArrayList<>();
    since.add(Samples.shell("b-first", "agent", NOON.minusSeconds(10), "rm a b c"));
    since.add(USE);
    for (int i = 0; i < 30; i++) {
      since.add(Samples.shell("v-" + numbered(i), "agent", NOON.plusSeconds(i), "rm f" + i + " g"));
    }
    since.forEach(bench::send);
    Map<String, List<String>> first = outputs();
    Map<String, String> stored = contents();
    if (memory.length > 0) {
      memory[0] = bench.agents().get(MEMORY);
    }
    bench.agents().put(stateKey(), before.state());
    bench.agents().put(MEMORY, before.memory());
    crash.accept(before);
    bench.forget();
    since.forEach(bench::send);

    assertThat(first.get(bench.topics.findings())).hasSizeGreaterThan(20);
    assertThat(outputs()).isEqualTo(first);
    assertThat(contents()).isEqualTo(stored);
    assertThat(bench.count("countermand.scoring.repeated")).isEqualTo(since.size());
  }

  @Test
  void anActionThatChangesNoMemoryWritesNone() {
    bench.send(USE);
    bench.agents().put(MEMORY, "{}".getBytes(StandardCharsets.UTF_8));
    bench.send(Samples.shell("later", "agent", NOON.plusSeconds(1), "ls"));
    assertThat(bench.agents().get(MEMORY)).hasSize(2);
    bench.send(Samples.shell("last", "agent", NOON.plusSeconds(2), "rm y"));

    AgentMemory memory = AgentMemory.CODEC.decode(bench.agents().get(MEMORY));
    assertThat(memory.calls()).hasSize(2);
    assertThat(memory.lineage()).hasSize(1);
  }

  @Test
  void idsThatComeInAnyOrderAreKnownAgainWhateverTheirCharacters() {
    List<String> ids = List.of("b", "z", "a", "\uffee", "", "\ud83d\ude00", "b|", "m", "\uffef");
    ids.forEach(id -> bench.send(Samples.shell(id, "agent", NOON, "ls")));
    ids.forEach(id -> bench.send(Samples.shell(id, "agent", NOON, "ls")));

    assertThat(bench.count("countermand.scoring.repeated")).isEqualTo(ids.size());
    AgentStore afterRestart = new AgentStore(bench.agents());
    for (int round = 0; round < 2; round++) {
      assertThat(ids).allMatch(id -> afterRestart.kept("agent", id).isPresent());
      assertThat(afterRestart.kept("agent", "\ud83d\ude01")).isEmpty();
    }
  }

  @Test
  void anotherActionUnderAnIdThatWasUsedIsRefused() {
    bench.send(USE);
    outputs();
    bench.send(Samples.shell("use", "agent", NOON, "ls"));

    assertThat(bench.letters()).extracting(DeadLetter::code).containsExactly("ACTION_ID_REUSED");
    assertThat(outputs().values()).allMatch(List::isEmpty);
  }

  @Test
  void theSameIdOfAnotherAgentIsAnotherAction() {
    bench.send(Samples.shell("a-1", "agent", NOON, "ls"));
    bench.send(Samples.shell("a-1", "another", NOON, "ls -l"));

    assertThat(bench.verdicts()).hasSize(2);
    assertThat(bench.letters()).isEmpty();
  }

  @Test
  void agentsWhoseNamesHoldTheSeparatorDoNotShareKeys() {
    bench.send(Samples.shell("x|y", "a", NOON, "rm 1"));
    bench.send(Samples.shell("y", "a|x", NOON, "rm 2"));
    bench.send(Samples.shell("", "a|x|y", NOON, "rm 3"));

    assertThat(contents()).hasSize(9);
    assertThat(bench.verdicts()).hasSize(3);
  }

  @Test
  void theStoreForgetsTheOldestActionsOfAnAgentAndNoOther() {
    int sent = AgentResults.REMEMBERED + 3 * AgentResults.SWEEP;
    for (int i = 0; i < sent; i++) {
      bench.send(Samples.shell(numbered(i), "agent", NOON.plusMillis(i), "ls"));
    }
    bench.send(Samples.shell("b-0", "another", NOON, "ls"));

    int forgotten = 3 * AgentResults.SWEEP;
    assertThat(bench.agents().get("r|5|agent|" + numbered(0))).isNull();
    assertThat(bench.agents().get("r|5|agent|" + numbered(forgotten - 1))).isNull();
    assertThat(bench.agents().get("r|5|agent|" + numbered(forgotten))).isNotNull();
    assertThat(bench.agents().get("r|7|another|b-0")).isNotNull();
    assertThat(contents()).hasSize(AgentResults.REMEMBERED + 1 + 2);
  }

  @Test
  void anActionThatComesLateUnderAnOldIdIsForgottenInItsTurn() {
    int before = AgentResults.REMEMBERED + 2 * AgentResults.SWEEP;
    for (int i = 0; i < before; i++) {
      bench.send(Samples.shell(numbered(i), "agent", NOON.plusMillis(i), "ls"));
    }
    bench.send(Samples.shell("a-", "agent", NOON, "ls"));
    int after = AgentResults.REMEMBERED + 2 * AgentResults.SWEEP;
    for (int i = before; i < before + after; i++) {
      bench.send(Samples.shell(numbered(i), "agent", NOON.plusMillis(i), "ls"));
    }

    assertThat(bench.agents().get("r|5|agent|a-")).isNull();
    assertThat(contents()).hasSizeLessThan(2 * AgentResults.REMEMBERED);
  }

  private static String numbered(int i) {
    return "a-%06d".formatted(i);
  }

  @Test
  void everyActionOfAnAgentMovesItsSequenceByOne() {
    bench.send(USE);
    bench.send(USE);
    bench.send(Samples.shell("a-2", "agent", NOON, "ls"));

    assertThat(AgentState.CODEC.decode(bench.agents().get(stateKey())).sequence()).isEqualTo(2);
  }

  private static String stateKey() {
    return "s|5|agent|";
  }

  private Map<String, List<String>> outputs() {
    return List.of(
            bench.topics.verdicts(),
            bench.topics.findings(),
            bench.topics.containmentOrders(),
            bench.topics.scoredActions())
        .stream()
        .collect(
            Collectors.toMap(
                topic -> topic,
                topic -> bench.raw(topic).stream().map(r -> text(r.value())).toList()));
  }

  private Map<String, String> contents() {
    Map<String, String> all = new LinkedHashMap<>();
    try (KeyValueIterator<String, byte[]> entries = bench.agents().all()) {
      while (entries.hasNext()) {
        KeyValue<String, byte[]> entry = entries.next();
        all.put(entry.key, text(entry.value));
      }
    }
    return all;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
