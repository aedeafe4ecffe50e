package dev.countermand.streams;

import dev.countermand.detectors.AgentState;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.WrappedStateStore;

/**
 * Everything the job remembers, in one store on disk without a cache, so that its changelog has one
 * order. Four kinds of keys:
 *
 * <ul>
 *   <li>{@code r}: what is {@link Kept} of one action, written at once if there is something to
 *       tell of it, else before a commit;
 *   <li>{@code b}: the same of several between which nothing was to tell, a {@link KeptRun},
 *       written before a commit and before the state;
 *   <li>{@code m}: an agent's {@link dev.countermand.detectors.AgentMemory}, written before the
 *       state when it changed;
 *   <li>{@code s}: its {@link AgentState} without its memory, written before a commit.
 * </ul>
 *
 * <p>Kafka Streams asks its own caches to be written before each commit, and only the class of
 * those is asked; there is no public way to be told.
 */
final class AgentStore extends WrappedStateStore<KeyValueStore<String, byte[]>, String, byte[]> {
  /** The name of the store. */
  static final String NAME = "agents";

  /** So many agents' states may wait to be written. */
  static final int MAX_WAITING = 1_024;

  private final AgentStates states;
  private final AgentResults results;

  /** In front of a store that writes each change to the changelog at once. */
  AgentStore(KeyValueStore<String, byte[]> store) {
    super(store);
    this.states = new AgentStates(store);
    this.results = new AgentResults(store);
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
    writeIfMany();
  }

  /** The same, whole, for a changelog that may not have what is on the disk. */
  void putAgain(String agent, AgentState state) {
    states.putAgain(agent, state);
    writeIfMany();
  }

  /** What is kept of an action. */
  Optional<Kept> kept(String agent, String actionId) {
    return results.kept(agent, actionId);
  }

  /** Keeps the result of an action, before its state is put. */
  void keep(String agent, String actionId, Kept kept) {
    results.keep(agent, actionId, kept);
  }

  /** Before a commit: what it says was worked off must be in the changelog. */
  @Override
  public void flushCache() {
    write();
    super.flushCache();
  }

  /** Forgets what was not written, and whatever it knows of what was. */
  @Override
  public void clearCache() {
    states.clear();
    results.clear();
    super.clearCache();
  }

  private void writeIfMany() {
    if (states.waiting() > MAX_WAITING) {
      write();
    }
  }

  /** A state must not be there without what it was made of: that would be counted again. */
  private void write() {
    results.write();
    states.write();
  }
}
