package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.json.Extra;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written at once of the results of actions, what together, and that all are found. */
final class AgentResultsTest {
  private static final String AGENT = "agent";

  @AutoClose
  private final KeyValueStore<String, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("results"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();

  private AgentResults results = new AgentResults(store);
  private long sequence;

  @BeforeEach
  void open() {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>(new Properties());
    store.init(context.getStateStoreContext(), store);
  }

  @Test
  void resultsWithNothingToTellAreKnownAtOnceAndWrittenTogether() {
    goOn();
    scored("b-1", plain());
    scored("b-2", plain());

    assertThat(results.kept(AGENT, "b-1")).map(Kept::sequence).contains(sequence - 1);
    assertThat(keys()).noneMatch(key -> key.contains("b-"));

    results.write();

    assertThat(keys()).contains("b|5|agent|b-2").noneMatch(key -> key.endsWith("|b-1"));
    assertThat(restarted().kept(AGENT, "b-1")).map(Kept::sequence).contains(sequence - 1);
    assertThat(restarted().kept(AGENT, "b-2")).map(Kept::sequence).contains(sequence);
  }

  @Test
  void oneAloneIsWrittenUnderItsOwnId() {
    goOn();
    scored("b-1", plain());
    results.write();

    assertThat(keys()).contains("r|5|agent|b-1");
  }

  @Test
  void whatThereIsToTellOfIsWrittenAtOnceAndItsNeighboursAreNot() {
    goOn();
    scored("b-1", plain());
    scored("b-2", contained());
    scored("b-3", plain());

    assertThat(keys()).contains("r|5|agent|b-2").noneMatch(key -> key.endsWith("b-1"));

    results.write();

    assertThat(keys()).contains("b|5|agent|b-3");
    for (String id : List.of("b-1", "b-2", "b-3")) {
      assertThat(restarted().kept(AGENT, id)).as(id).isPresent();
    }
  }

  @Test
  void anotherTaskBeginsAnotherRun() {
    goOn();
    scored("b-1", plain());
    scored("b-2", plain());
    results.kept(AGENT, "b-3");
    results.keep(AGENT, "b-3", ofTask(kept("b-3", ++sequence, null)));
    results.kept(AGENT, "b-4");
    results.keep(AGENT, "b-4", ofTask(kept("b-4", ++sequence, null)));
    results.write();

    assertThat(keys()).contains("b|5|agent|b-2", "b|5|agent|b-4");
    assertThat(restarted().kept(AGENT, "b-1")).contains(kept("b-1", sequence - 3, null));
    assertThat(restarted().kept(AGENT, "b-3").map(Kept::taskId)).contains("task");
  }

  @Test
  void anIdIsFoundWholeWhateverIsInIt() {
    goOn();
    List<String> ids = List.of("b", "b a", "b a b", "b\"", "b\n", "c", "c 1 d c");
    ids.stream().sorted().forEach(id -> scored(id, plain()));
    results.write();

    assertThat(ids).allMatch(id -> restarted().kept(AGENT, id).isPresent());
    assertThat(restarted().kept(AGENT, "a b")).isEmpty();
    assertThat(restarted().kept(AGENT, " b")).isEmpty();
    assertThat(restarted().kept(AGENT, "d c")).isEmpty();
  }

  @Test
  void oneThatComesLateIsWrittenAtOnce() {
    goOn();
    scored("b-5", plain());
    scored("b-3", plain());

    assertThat(keys()).contains("r|5|agent|b-3");
    assertThat(results.kept(AGENT, "b-5")).isPresent();
  }

  @Test
  void aRepetitionOfOneThatWaitsWritesNothing() {
    goOn();
    scored("b-1", plain());
    List<String> before = keys();
    results.keep(AGENT, "b-1", kept("b-1", 4, null));

    assertThat(keys()).isEqualTo(before);
  }

  @Test
  void aRunHasABound() {
    goOn();
    for (int i = 0; i < AgentResults.RUN; i++) {
      scored(numbered(i), plain());
    }

    assertThat(keys()).contains("b|5|agent|" + numbered(AgentResults.RUN - 1));
  }

  @Test
  void whatWaitsOfAnAgentThatIsForgottenIsWritten() {
    goOn();
    scored("b-1", plain());
    scored("b-2", plain());
    for (int i = 0; i < 4_096; i++) {
      results.kept("agent-" + i, "x");
    }

    assertThat(keys()).contains("b|5|agent|b-2");
  }

  @Test
  void whatWaitedWhenItWasClearedIsUnknown() {
    goOn();
    scored("b-1", plain());
    results.clear();
    results.write();

    assertThat(results.kept(AGENT, "b-1")).isEmpty();
  }

  @Test
  void theOldestRunsAreForgottenAndNoOther() {
    int sent = AgentResults.REMEMBERED + 10 * AgentResults.SWEEP;
    for (int i = 0; i < sent; i++) {
      scored(numbered(i), plain());
    }
    results.write();

    assertThat(results.kept(AGENT, numbered(0))).isEmpty();
    assertThat(results.kept(AGENT, numbered(sent - AgentResults.REMEMBERED))).isPresent();
    assertThat(keys()).hasSizeLessThan(AgentResults.REMEMBERED / AgentResults.RUN + 20);
  }

  @Test
  void runsGrowOnlyAndSinglesBesideThemAreForgottenToo() {
    int sent = 2 * AgentResults.REMEMBERED;
    for (int i = 0; i < sent; i++) {
      scored(numbered(i), i % 100 == 0 ? contained() : plain());
    }

    assertThat(keys())
        .filteredOn(key -> key.startsWith("r"))
        .hasSizeLessThan(AgentResults.REMEMBERED / 100 + 20);
  }

  /** Beside a plain map, with ids in and out of order, commits, and restarts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyResultThatWasWrittenIsFoundAndNoOther(long seed) {
    Random random = new Random(seed);
    Map<String, Long> written = new TreeMap<>();
    Map<String, Long> waiting = new TreeMap<>();
    int clock = 0;
    for (int i = 0; i < 3_000; i++) {
      clock += random.nextInt(3);
      String id = numbered(random.nextInt(20) == 0 ? random.nextInt(clock + 1) : clock);
      Long known = waiting.getOrDefault(id, written.get(id));
      assertThat(results.kept(AGENT, id).map(Kept::sequence).orElse(null)).isEqualTo(known);
      if (known == null) {
        boolean plain = random.nextInt(5) > 0;
        scored(id, plain ? plain() : contained());
        waiting.put(id, sequence);
      }
      if (random.nextInt(30) == 0) {
        results.write();
        written.putAll(waiting);
        waiting.clear();
      }
      if (random.nextInt(300) == 0) {
        results.write();
        written.putAll(waiting);
        waiting.clear();
        results = restarted();
      }
    }
    results.write();
    written.putAll(waiting);
    AgentResults after = restarted();
    for (int i = 0; i <= clock + 1; i++) {
      assertThat(after.kept(AGENT, numbered(i)).map(Kept::sequence).orElse(null))
          .isEqualTo(written.get(numbered(i)));
    }
  }

  /** From its fifth action on an agent is one that goes on. */
  private void goOn() {
    for (int i = 0; i < 5; i++) {
      scored("a-" + i, plain());
    }
    results.write();
  }

  private void scored(String id, String containedBy) {
    results.kept(AGENT, id);
    sequence++;
    results.keep(AGENT, id, kept(id, sequence, containedBy.isEmpty() ? null : containedBy));
  }

  private static String plain() {
    return "";
  }

  private static String contained() {
    return "order";
  }

  private static Kept kept(String id, long sequence, @Nullable String by) {
    return new Kept(
        sequence, "digest-of-" + id, null, "peers:x", List.of(), null, List.of(), by, Extra.NONE);
  }

  private static Kept ofTask(Kept kept) {
    return new Kept(
        kept.sequence(),
        kept.digest(),
        "task",
        kept.peerGroup(),
        List.of(),
        null,
        List.of(),
        null,
        Extra.NONE);
  }

  private AgentResults restarted() {
    return new AgentResults(store);
  }

  private static String numbered(int i) {
    return "b-%06d".formatted(i);
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(one -> keys.add(one.key));
    }
    return keys;
  }
}
