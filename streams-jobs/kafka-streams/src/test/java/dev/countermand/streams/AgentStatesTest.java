package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.AgentMemory;
import dev.countermand.detectors.AgentState;
import dev.countermand.model.json.Extra;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the states of agents are written, and what is known of them in between. */
final class AgentStatesTest {
  @TempDir Path directory;

  @AutoClose
  private final KeyValueStore<String, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("states"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();

  private final AgentStates states = new AgentStates(store);

  @BeforeEach
  void open() {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>(new Properties());
    StateStoreContext own = context.getStateStoreContext();
    store.init(own, store);
  }

  @Test
  void aStateIsKnownAtOnceAndStandsInTheStoreWhenItIsWritten() {
    states.put("agent", state(1, "x"));
    states.put("agent", state(2, "x"));

    assertThat(states.get("agent")).isEqualTo(state(2, "x"));
    assertThat(keys()).isEmpty();

    states.write();

    assertThat(keys()).containsExactly("m|5|agent|", "s|5|agent|");
    assertThat(new AgentStates(store).get("agent")).isEqualTo(state(2, "x"));
  }

  @Test
  void anAgentThatDidNothingHasAnEmptyStateAndNothingIsWritten() {
    assertThat(states.get("agent")).isEqualTo(AgentState.EMPTY);
    states.write();

    assertThat(keys()).isEmpty();
  }

  @Test
  void whatIsForgottenIsWhatWasNotWritten() {
    states.put("agent", state(1, "x"));
    states.write();
    states.put("agent", state(2, "y"));
    states.clear();

    assertThat(states.get("agent")).isEqualTo(state(1, "x"));
    states.write();
    assertThat(new AgentStates(store).get("agent")).isEqualTo(state(1, "x"));
  }

  @Test
  void aMemoryIsWrittenWhenItChangedAndWhenTheChangelogMayNotHaveIt() {
    states.put("agent", state(1, "x"));
    states.write();
    store.delete("m|5|agent|");
    states.put("agent", state(2, "x"));
    states.write();
    assertThat(keys()).containsExactly("s|5|agent|");

    states.putAgain("agent", state(2, "x"));
    states.write();
    assertThat(keys()).containsExactly("m|5|agent|", "s|5|agent|");
  }

  @Test
  void ofMoreAgentsThanAreKnownEachIsReadAgain() {
    int agents = 3 * AgentStates.MAX_BYTES / 512;
    for (int i = 0; i < agents; i++) {
      states.put("agent-" + i, state(i, "x" + i));
    }
    states.write();

    for (int i = 0; i < agents; i++) {
      assertThat(states.get("agent-" + i)).isEqualTo(state(i, "x" + i));
    }
    assertThat(states.known()).isLessThan(agents / 2);
  }

  private static AgentState state(long sequence, String call) {
    return AgentState.EMPTY
        .at(sequence)
        .with(new AgentMemory(List.of(), List.of(call), List.of(), Extra.NONE));
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> one = all.next();
        keys.add(one.key);
      }
    }
    return keys;
  }
}
