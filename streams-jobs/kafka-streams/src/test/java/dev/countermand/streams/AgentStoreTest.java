package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.AgentState;
import dev.countermand.model.json.Extra;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which order what is remembered is written, which is that of the changelog. */
final class AgentStoreTest {
  private final List<String> written = new ArrayList<>();

  @AutoClose
  private final KeyValueStore<String, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("agents"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();

  private final AgentStore agents = new AgentStore(noting(store));

  @BeforeEach
  void open() {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>(new Properties());
    store.init(context.getStateStoreContext(), store);
  }

  @Test
  void beforeACommitTheResultsAreWrittenAndThenTheStateTheyMade() {
    for (int i = 1; i <= 8; i++) {
      act("agent", i);
    }
    written.clear();
    agents.flushCache();

    assertThat(written).containsExactly("b|5|agent|a-8", "s|5|agent|");
  }

  @Test
  void whenTheStatesOfTooManyAgentsWaitTheirResultsAreWrittenBeforeThem() {
    for (int i = 1; i <= 8; i++) {
      act("agent", i);
    }
    written.clear();
    for (int i = 0; i < AgentStore.MAX_WAITING; i++) {
      agents.putState("another-" + i, AgentState.EMPTY.at(1));
    }

    assertThat(written)
        .startsWith("b|5|agent|a-8", "s|5|agent|")
        .hasSize(2 + AgentStore.MAX_WAITING);
  }

  @Test
  void whatWaitedIsForgottenWithItsStateAndNeverWithoutIt() {
    for (int i = 1; i <= 5; i++) {
      act("agent", i);
    }
    agents.flushCache();
    act("agent", 6);
    agents.clearCache();

    assertThat(agents.kept("agent", "a-6")).isEmpty();
    assertThat(agents.state("agent").sequence()).isEqualTo(5);
  }

  private void act(String agent, int sequence) {
    String id = "a-" + sequence;
    assertThat(agents.kept(agent, id)).isEmpty();
    agents.keep(
        agent,
        id,
        new Kept(sequence, "digest", null, null, List.of(), null, List.of(), null, Extra.NONE));
    agents.putState(agent, AgentState.EMPTY.at(sequence));
  }

  @SuppressWarnings("unchecked") // the proxy is of that interface
  private KeyValueStore<String, byte[]> noting(KeyValueStore<String, byte[]> real) {
    return (KeyValueStore<String, byte[]>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("put")) {
                written.add((String) arguments[0]);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
