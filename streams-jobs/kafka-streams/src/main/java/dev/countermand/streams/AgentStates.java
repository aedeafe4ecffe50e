package dev.countermand.streams;

import dev.countermand.detectors.AgentMemory;
import dev.countermand.detectors.AgentState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The states of agents: of those that acted last as they are, of all others in the store. A state
 * that changes is written when {@link #write} is called, however often it changed by then. For one
 * thread.
 */
final class AgentStates {
  /** Most JSON of states that are known without looking into the store, in bytes. */
  static final int MAX_BYTES = 4 << 20;

  /** What an agent costs besides, so that many who did nothing are bounded as well. */
  private static final int AGENT_BYTES = 512;

  private static final byte[] NO_MEMORY = AgentMemory.CODEC.encode(AgentMemory.NONE);

  private final KeyValueStore<String, byte[]> store;

  /** By the agent; that used longest ago first. */
  private final Map<String, Held> known = new LinkedHashMap<>(16, 0.75f, true);

  private final Set<Held> waiting = new LinkedHashSet<>();
  private long bytes;

  AgentStates(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** The state of an agent; empty for a new one. */
  AgentState get(String agent) {
    Held held = known.get(agent);
    return held == null ? read(agent).state : held.state;
  }

  /** Changes the state of an agent. */
  void put(String agent, AgentState state) {
    change(agent, state);
  }

  /** Changes the state of an agent, whose memory may be missing in the changelog. */
  void putAgain(String agent, AgentState state) {
    change(agent, state).written = null;
  }

  private Held change(String agent, AgentState state) {
    Held held = known.get(agent);
    if (held == null) {
      held = read(agent);
    }
    held.state = state;
    waiting.add(held);
    return held;
  }

  /**
   * Writes what changed: of each agent its memory, if that is another than before, then the rest.
   */
  void write() {
    for (Held held : new ArrayList<>(waiting)) {
      AgentMemory memory = held.state.memory();
      if (!memory.equals(held.written)) {
        byte[] json = AgentMemory.CODEC.encode(memory);
        store.put(held.keys.memory(), json);
        held.written = memory;
        resize(held, held.rest, json.length);
      }
      byte[] json = AgentState.CODEC.encode(held.state.with(AgentMemory.NONE));
      store.put(held.keys.state(), json);
      resize(held, json.length, held.memory);
      waiting.remove(held);
    }
    forget();
  }

  /** Forgets all states, and those that wait as well; the store has what was written. */
  void clear() {
    known.clear();
    waiting.clear();
    bytes = 0;
  }

  /** How many agents' states wait to be written. */
  int waiting() {
    return waiting.size();
  }

  /** How many agents' states are known without looking into the store. */
  int known() {
    return known.size();
  }

  private Held read(String agent) {
    AgentKeys keys = AgentKeys.of(agent);
    byte[] rest = store.get(keys.state());
    byte[] memory = rest == null ? null : store.get(keys.memory());
    Held held = new Held(keys);
    held.written = AgentMemory.CODEC.decode(memory == null ? NO_MEMORY : memory);
    held.state = rest == null ? AgentState.EMPTY : AgentState.CODEC.decode(rest).with(held.written);
    known.put(agent, held);
    bytes += AGENT_BYTES;
    resize(held, rest == null ? 0 : rest.length, memory == null ? 0 : memory.length);
    forget();
    return held;
  }

  private void resize(Held held, int rest, int memory) {
    bytes += rest + memory - held.rest - held.memory;
    held.rest = rest;
    held.memory = memory;
  }

  private void forget() {
    Iterator<Held> eldest = known.values().iterator();
    while (bytes > MAX_BYTES && eldest.hasNext()) {
      Held held = eldest.next();
      if (!waiting.contains(held)) {
        bytes -= AGENT_BYTES + held.rest + held.memory;
        eldest.remove();
      }
    }
  }

  /** One agent's. */
  private static final class Held {
    final AgentKeys keys;
    AgentState state = AgentState.EMPTY;

    /** The memory in the store; null where that is not certain. */
    @Nullable AgentMemory written = AgentMemory.NONE;

    /** The sizes of what is in the store. */
    int rest;

    int memory;

    Held(AgentKeys keys) {
      this.keys = keys;
    }
  }
}
