package dev.countermand.streams;

import dev.countermand.detectors.AgentState;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Everything the job remembers, in one store, so that its changelog has one order. Three kinds of
 * keys, each beginning with the length of the agent's id, so that no two can be the same:
 *
 * <ul>
 *   <li>{@code s}: the agent's {@link AgentState};
 *   <li>{@code r}: what is {@link Kept} of one action;
 *   <li>{@code i}: the action in one slot of the agent's ring, to know what to forget.
 * </ul>
 */
final class AgentStore {
  /** The name of the store. */
  static final String NAME = "agents";

  /** How many of its latest actions are remembered of each agent. */
  static final int RING = 16_384;

  private final KeyValueStore<String, byte[]> store;

  AgentStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** The store: on disk, every change in the changelog at once and in its order. */
  static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled();
  }

  /** The state of an agent; empty for a new one. */
  AgentState state(String agent) {
    byte[] bytes = store.get(key('s', agent));
    return bytes == null ? AgentState.EMPTY : AgentState.CODEC.decode(bytes);
  }

  void putState(String agent, AgentState state) {
    store.put(key('s', agent), AgentState.CODEC.encode(state));
  }

  /** What is kept of an action. */
  Optional<Kept> kept(String agent, String actionId) {
    byte[] bytes = store.get(key('r', agent) + actionId);
    return bytes == null ? Optional.empty() : Optional.of(Kept.CODEC.decode(bytes));
  }

  /** Keeps the result of an action and forgets the one that stood in its slot. */
  void keep(String agent, String actionId, Kept kept) {
    String slot = key('i', agent) + kept.sequence() % RING;
    byte[] there = store.get(slot);
    String former = there == null ? actionId : new String(there, StandardCharsets.UTF_8);
    if (!former.equals(actionId)) {
      store.delete(key('r', agent) + former);
    }
    store.put(slot, actionId.getBytes(StandardCharsets.UTF_8));
    store.put(key('r', agent) + actionId, Kept.CODEC.encode(kept));
  }

  private static String key(char kind, String agent) {
    return kind + "|" + agent.length() + "|" + agent + "|";
  }
}
