package dev.countermand.streams;

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
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * Everything the job remembers, in one store on disk without a cache, so that its changelog has one
 * order. Three kinds of keys:
 *
 * <ul>
 *   <li>{@code r}: what is {@link Kept} of one action, written at once;
 *   <li>{@code m}: an agent's {@link dev.countermand.detectors.AgentMemory}, written before the
 *       state when it changed;
 *   <li>{@code s}: its {@link AgentState} without its memory, written before a commit.
 * </ul>
 *
 * <p>The ids of actions are ordered by time, so the oldest of an agent stand first.
 *
 * <p>Kafka Streams asks its own caches to be written before each commit, and only the class of
 * those is asked; there is no public way to be told.
 */
final class AgentStore extends WrappedStateStore<KeyValueStore<String, byte[]>, String, byte[]> {
  /** The name of the store. */
  static final String NAME = "agents";

  /** How many of its latest actions are remembered of each agent, and at most twice that. */
  static final int REMEMBERED = 16_384;

  /**
   * Every so many actions of an agent its oldest are looked at, and up to twice as many deleted.
   */
  static final int SWEEP = 64;

  private static final int MAX_AGENTS = 4_096;

  /** Scanning for the last key pays for agents that go on, not for each that is made up. */
  private static final int FEW = 4;

  private final AgentStates states;

  /** Of the agents that acted last. */
  private final Map<String, Results> results =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Results> eldest) {
          return size() > MAX_AGENTS;
        }
      };

  /** In front of a store that writes each change to the changelog at once. */
  AgentStore(KeyValueStore<String, byte[]> store) {
    super(store);
    this.states = new AgentStates(store);
  }

  /** Builds the store. */
  static StoreBuilder<AgentStore> builder() {
    return new AgentStoreBuilder(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
            .withCachingDisabled());
  }

  /** The state of an agent; empty for a new one. */
  AgentState state(String agent) {
    return states.get(agent);
  }

  /** Changes the state of an agent; it is written before the next commit. */
  void putState(String agent, AgentState state) {
    states.put(agent, state);
  }

  /** The same, whole, for a changelog that may not have what is on the disk. */
  void putAgain(String agent, AgentState state) {
    states.putAgain(agent, state);
  }

  /** Before a commit: what it says was worked off must be in the states of the changelog. */
  @Override
  public void flushCache() {
    states.write();
    super.flushCache();
  }

  /** Forgets what was not written, and whatever it knows of what was. */
  @Override
  public void clearCache() {
    states.clear();
    results.clear();
    super.clearCache();
  }

  /** What is kept of an action. */
  Optional<Kept> kept(String agent, String actionId) {
    Results own = results(agent);
    String key = own.keys.results() + actionId;
    // Most actions are new and come in order: nothing can be kept of them, and no look is needed.
    if (own.newest == null && own.looks++ == FEW) {
      own.newest = newest(own);
    }
    if (own.newest != null && Arrays.compareUnsigned(stored(key), own.newest) > 0) {
      return Optional.empty();
    }
    byte[] bytes = wrapped().get(key);
    return bytes == null ? Optional.empty() : Optional.of(Kept.CODEC.decode(bytes));
  }

  /** Keeps the result of an action, and now and then forgets the agent's oldest. */
  void keep(String agent, String actionId, Kept kept) {
    Results own = results(agent);
    if (kept.sequence() % SWEEP == 0) {
      sweep(own, kept.sequence() - REMEMBERED);
    }
    String key = own.keys.results() + actionId;
    if (key.compareTo(own.cursor) < 0) {
      // It comes late, from the spool of a collector for instance.
      own.cursor = own.keys.results();
    }
    byte[] stored = stored(key);
    if (own.newest != null && Arrays.compareUnsigned(stored, own.newest) > 0) {
      own.newest = stored;
    }
    wrapped().put(key, Kept.CODEC.encode(kept));
  }

  /** The last key of a result in the order of the store; that before all of them for none. */
  private byte[] newest(Results own) {
    try (KeyValueIterator<String, byte[]> last =
        wrapped().reverseRange(own.keys.results(), own.keys.end())) {
      return stored(last.hasNext() ? last.next().key : own.keys.results());
    }
  }

  private static byte[] stored(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  /** Deletes, oldest first, what was kept up to a sequence number. */
  private void sweep(Results own, long upTo) {
    if (upTo <= 0) {
      return;
    }
    String from = own.cursor;
    try (KeyValueIterator<String, byte[]> oldest = wrapped().range(from, own.keys.end())) {
      for (int i = 0; i < 2 * SWEEP && oldest.hasNext(); i++) {
        KeyValue<String, byte[]> one = oldest.next();
        from = one.key;
        if (Kept.CODEC.decode(one.value).sequence() > upTo) {
          break;
        }
        wrapped().delete(one.key);
      }
    }
    own.cursor = from;
  }

  private Results results(String agent) {
    return results.computeIfAbsent(agent, Results::new);
  }

  /** What is known of the results of one agent. */
  private static final class Results {
    final AgentKeys keys;

    /** The last key of a result, in the order of the store; null until it was looked for. */
    byte @Nullable [] newest;

    /** How often a result was looked for before. */
    int looks;

    /**
     * Where the last sweep ended. A scan from before there would pass over everything that was
     * deleted since RocksDB last compacted.
     */
    String cursor;

    Results(String agent) {
      keys = AgentKeys.of(agent);
      cursor = keys.results();
    }
  }
}
