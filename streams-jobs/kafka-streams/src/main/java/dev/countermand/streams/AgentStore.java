package dev.countermand.streams;

import dev.countermand.detectors.AgentMemory;
import dev.countermand.detectors.AgentState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Everything the job remembers, in one store, so that its changelog has one order. Three kinds of
 * keys, each with the length of the agent's id before it, so that no two can be the same:
 *
 * <ul>
 *   <li>{@code s}: the agent's {@link AgentState} without its memory, written for each action;
 *   <li>{@code m}: its {@link AgentMemory}, written before the state when it changes;
 *   <li>{@code r}: what is {@link Kept} of one action.
 * </ul>
 *
 * <p>The ids of actions are ordered by time, so the oldest of an agent stand first.
 */
final class AgentStore {
  /** The name of the store. */
  static final String NAME = "agents";

  /** How many of its latest actions are remembered of each agent, and at most twice that. */
  static final int REMEMBERED = 16_384;

  /**
   * Every so many actions of an agent its oldest are looked at, and up to twice as many deleted.
   */
  static final int SWEEP = 64;

  private static final int CURSORS = 4_096;
  private static final byte[] NO_MEMORY = AgentMemory.CODEC.encode(AgentMemory.NONE);
  private static final String LAST = "\uffff";

  private final KeyValueStore<String, byte[]> store;
  private final LatestDocuments<AgentState> states = new LatestDocuments<>(AgentState.CODEC);
  private final LatestDocuments<AgentMemory> memories = new LatestDocuments<>(AgentMemory.CODEC);

  /**
   * Where the last sweep of an agent ended. A scan from before there would pass over everything
   * that was deleted since RocksDB last compacted.
   */
  private final Map<String, String> cursors =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > CURSORS;
        }
      };

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
    String key = key('s', agent);
    byte[] bytes = store.get(key);
    if (bytes == null) {
      return AgentState.EMPTY;
    }
    String memoryKey = key('m', agent);
    // While the state is as it was left, so is the memory, which is larger.
    return states
        .last(key, bytes)
        .map(left -> left.with(memory(memoryKey)))
        .orElseGet(() -> states.read(key, bytes).with(storedMemory(memoryKey)));
  }

  private AgentMemory memory(String key) {
    return memories.last(key).orElseGet(() -> storedMemory(key));
  }

  private AgentMemory storedMemory(String key) {
    byte[] bytes = store.get(key);
    return memories.read(key, bytes == null ? NO_MEMORY : bytes);
  }

  /** Puts the state, and its memory where that is another than the last. */
  void putState(String agent, AgentState state) {
    String key = key('m', agent);
    AgentMemory memory = state.memory();
    if (!memory.equals(memory(key))) {
      store.put(key, memories.write(key, memory));
    }
    putRest(agent, state);
  }

  /** Puts the state whole, for a changelog that may not have what is on the disk. */
  void putAgain(String agent, AgentState state) {
    String key = key('m', agent);
    store.put(key, memories.write(key, state.memory()));
    putRest(agent, state);
  }

  private void putRest(String agent, AgentState state) {
    String key = key('s', agent);
    store.put(key, states.write(key, state.with(AgentMemory.NONE)));
  }

  /** What is kept of an action. */
  Optional<Kept> kept(String agent, String actionId) {
    byte[] bytes = store.get(key('r', agent) + actionId);
    return bytes == null ? Optional.empty() : Optional.of(Kept.CODEC.decode(bytes));
  }

  /** Keeps the result of an action, and now and then forgets the agent's oldest. */
  void keep(String agent, String actionId, Kept kept) {
    String prefix = key('r', agent);
    if (kept.sequence() % SWEEP == 0) {
      sweep(prefix, kept.sequence() - REMEMBERED);
    }
    String key = prefix + actionId;
    if (key.compareTo(cursors.getOrDefault(prefix, prefix)) < 0) {
      // It comes late, from the spool of a collector for instance.
      cursors.remove(prefix);
    }
    store.put(key, Kept.CODEC.encode(kept));
  }

  /** Deletes, oldest first, what was kept up to a sequence number. */
  private void sweep(String prefix, long upTo) {
    if (upTo <= 0) {
      return;
    }
    String from = cursors.getOrDefault(prefix, prefix);
    try (KeyValueIterator<String, byte[]> oldest = store.range(from, prefix + LAST)) {
      for (int i = 0; i < 2 * SWEEP && oldest.hasNext(); i++) {
        KeyValue<String, byte[]> one = oldest.next();
        from = one.key;
        if (Kept.CODEC.decode(one.value).sequence() > upTo) {
          break;
        }
        store.delete(one.key);
      }
    }
    cursors.put(prefix, from);
  }

  private static String key(char kind, String agent) {
    return kind + "|" + agent.length() + "|" + agent + "|";
  }
}
