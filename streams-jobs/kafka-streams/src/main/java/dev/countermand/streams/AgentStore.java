package dev.countermand.streams;

import dev.countermand.detectors.AgentMemory;
import dev.countermand.detectors.AgentState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

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

  private static final int MAX_KEYS = 4_096;

  /** Scanning for the last key pays for agents that go on, not for each that is made up. */
  private static final int FEW = 4;

  private static final byte[] NO_MEMORY = AgentMemory.CODEC.encode(AgentMemory.NONE);

  private final KeyValueStore<String, byte[]> store;
  private final LatestDocuments<AgentState> states = new LatestDocuments<>(AgentState.CODEC);
  private final LatestDocuments<AgentMemory> memories = new LatestDocuments<>(AgentMemory.CODEC);

  /** Of the agents that acted last. */
  private final Map<String, Keys> keys =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Keys> eldest) {
          return size() > MAX_KEYS;
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
    Keys own = keys(agent);
    String key = own.state;
    byte[] bytes = store.get(key);
    if (bytes == null) {
      return AgentState.EMPTY;
    }
    String memoryKey = own.memory;
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
    Keys own = keys(agent);
    AgentMemory memory = state.memory();
    if (!memory.equals(memory(own.memory))) {
      store.put(own.memory, memories.write(own.memory, memory));
    }
    putRest(own, state);
  }

  /** Puts the state whole, for a changelog that may not have what is on the disk. */
  void putAgain(String agent, AgentState state) {
    Keys own = keys(agent);
    store.put(own.memory, memories.write(own.memory, state.memory()));
    putRest(own, state);
  }

  private void putRest(Keys own, AgentState state) {
    store.put(own.state, states.write(own.state, state.with(AgentMemory.NONE)));
  }

  /** What is kept of an action. */
  Optional<Kept> kept(String agent, String actionId) {
    Keys own = keys(agent);
    String key = own.results + actionId;
    // Most actions are new and come in order: nothing can be kept of them, and no look is needed.
    if (own.newest == null && own.looks++ == FEW) {
      own.newest = newest(own);
    }
    if (own.newest != null && Arrays.compareUnsigned(stored(key), own.newest) > 0) {
      return Optional.empty();
    }
    byte[] bytes = store.get(key);
    return bytes == null ? Optional.empty() : Optional.of(Kept.CODEC.decode(bytes));
  }

  /** Keeps the result of an action, and now and then forgets the agent's oldest. */
  void keep(String agent, String actionId, Kept kept) {
    Keys own = keys(agent);
    if (kept.sequence() % SWEEP == 0) {
      sweep(own, kept.sequence() - REMEMBERED);
    }
    String key = own.results + actionId;
    if (key.compareTo(own.cursor) < 0) {
      // It comes late, from the spool of a collector for instance.
      own.cursor = own.results;
    }
    byte[] stored = stored(key);
    if (own.newest != null && Arrays.compareUnsigned(stored, own.newest) > 0) {
      own.newest = stored;
    }
    store.put(key, Kept.CODEC.encode(kept));
  }

  /** The last key of a result in the order of the store; that before all of them for none. */
  private byte[] newest(Keys own) {
    try (KeyValueIterator<String, byte[]> last = store.reverseRange(own.results, own.end)) {
      return stored(last.hasNext() ? last.next().key : own.results);
    }
  }

  private static byte[] stored(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  /** Deletes, oldest first, what was kept up to a sequence number. */
  private void sweep(Keys own, long upTo) {
    if (upTo <= 0) {
      return;
    }
    String from = own.cursor;
    try (KeyValueIterator<String, byte[]> oldest = store.range(from, own.end)) {
      for (int i = 0; i < 2 * SWEEP && oldest.hasNext(); i++) {
        KeyValue<String, byte[]> one = oldest.next();
        from = one.key;
        if (Kept.CODEC.decode(one.value).sequence() > upTo) {
          break;
        }
        store.delete(one.key);
      }
    }
    own.cursor = from;
  }

  private Keys keys(String agent) {
    return keys.computeIfAbsent(agent, Keys::new);
  }

  /** The keys of one agent, and where the last sweep of it ended. */
  private static final class Keys {
    final String state;
    final String memory;
    final String results;

    /** After all results, and before whatever else there is. */
    final String end;

    /** The last key of a result, in the order of the store; null until it was looked for. */
    byte @Nullable [] newest;

    /** How often a result was looked for before. */
    int looks;

    /**
     * A scan from before there would pass over everything that was deleted since RocksDB last
     * compacted.
     */
    String cursor;

    Keys(String agent) {
      String rest = "|" + agent.length() + "|" + agent + "|";
      state = "s" + rest;
      memory = "m" + rest;
      results = "r" + rest;
      end = "r|" + agent.length() + "|" + agent + "}";
      cursor = results;
    }
  }
}
