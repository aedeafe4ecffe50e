package dev.countermand.streams;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What is {@link Kept} of the latest actions of each agent. That of an action of which there is
 * something to tell is written at once, under the action's id; those between are written together
 * when {@link #write} is called, as a {@link KeptRun} under the id of its last. For one thread.
 *
 * <p>The ids of actions are ordered by time, so the oldest of an agent stand first, and a run holds
 * ids that are greater than all before it. One that is not is written at once.
 */
final class AgentResults {
  /** How many of its latest actions are remembered of each agent, and at most twice that. */
  static final int REMEMBERED = 16_384;

  /**
   * Every so many actions of an agent its oldest are looked at, and up to twice as many deleted.
   */
  static final int SWEEP = 64;

  /** Most actions in a run. */
  static final int RUN = 64;

  private static final int MAX_AGENTS = 4_096;

  /** Scanning for the last key pays for agents that go on, not for each that is made up. */
  private static final int FEW = 4;

  private final KeyValueStore<String, byte[]> store;

  /** Of the agents that acted last. */
  private final Map<String, Own> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Own> eldest) {
          if (size() <= MAX_AGENTS) {
            return false;
          }
          write(eldest.getValue());
          return true;
        }
      };

  private final Set<Own> waiting = new LinkedHashSet<>();

  AgentResults(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** What is kept of an action. */
  Optional<Kept> kept(String agent, String actionId) {
    Own own = own(agent);
    // Most actions are new and come in order: nothing can be kept of them, and no look is needed.
    if (own.newest == null && own.looks++ == FEW) {
      own.newest = newest(own.keys);
    }
    if (own.isNext(actionId)) {
      return Optional.empty();
    }
    Kept waits = own.run.get(actionId);
    if (waits != null) {
      return Optional.of(waits);
    }
    byte[] single = store.get(own.keys.results() + actionId);
    return single == null ? inRun(own, actionId) : Optional.of(Kept.CODEC.decode(single));
  }

  /** Keeps the result of an action, and now and then forgets the agent's oldest. */
  void keep(String agent, String actionId, Kept kept) {
    Own own = own(agent);
    if (kept.sequence() % SWEEP == 0) {
      sweep(own, kept.sequence() - REMEMBERED);
    }
    boolean next = own.isNext(actionId);
    if (next) {
      own.newest = stored(actionId);
    }
    if (next && KeptRun.takes(kept)) {
      if (!own.run.isEmpty() && !KeptRun.fit(own.run.values().iterator().next(), kept)) {
        write(own);
      }
      own.run.put(actionId, kept);
      own.last = actionId;
      waiting.add(own);
      if (own.run.size() == RUN) {
        write(own);
      }
    } else if (!own.run.containsKey(actionId)) {
      putSingle(own, actionId, kept);
    }
  }

  /** Writes what waits. */
  void write() {
    new ArrayList<>(waiting).forEach(this::write);
  }

  /** Forgets what waits, and whatever it knows of what was written. */
  void clear() {
    known.clear();
    waiting.clear();
  }

  private void write(Own own) {
    if (own.run.size() == 1) {
      own.run.forEach((id, kept) -> putSingle(own, id, kept));
    } else if (!own.run.isEmpty()) {
      store.put(own.keys.runs() + own.last, KeptRun.CODEC.encode(KeptRun.of(own.run)));
    }
    own.run.clear();
    waiting.remove(own);
  }

  private void putSingle(Own own, String actionId, Kept kept) {
    String key = own.keys.results() + actionId;
    if (key.compareTo(own.singles) < 0) {
      // It comes late, from the spool of a collector for instance.
      own.singles = own.keys.results();
    }
    store.put(key, Kept.CODEC.encode(kept));
  }

  /** The runs do not overlap, so it can be in one only. */
  private Optional<Kept> inRun(Own own, String actionId) {
    try (KeyValueIterator<String, byte[]> from =
        store.range(own.keys.runs() + actionId, own.keys.runsEnd())) {
      return from.hasNext()
          ? KeptRun.CODEC.decode(from.next().value).of(actionId)
          : Optional.empty();
    }
  }

  /** The greatest id that anything is kept of; none is less than the empty one. */
  private byte[] newest(AgentKeys keys) {
    byte[] single = last(keys.results(), keys.resultsEnd());
    byte[] run = last(keys.runs(), keys.runsEnd());
    return Arrays.compareUnsigned(single, run) > 0 ? single : run;
  }

  private byte[] last(String from, String end) {
    try (KeyValueIterator<String, byte[]> last = store.reverseRange(from, end)) {
      return stored(last.hasNext() ? last.next().key.substring(from.length()) : "");
    }
  }

  private static byte[] stored(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Deletes, oldest first, what was kept up to a sequence number. */
  private void sweep(Own own, long upTo) {
    if (upTo <= 0) {
      return;
    }
    own.singles = sweep(own.singles, own.keys.resultsEnd(), upTo, AgentResults::single);
    if (upTo >= own.oldestRun) {
      own.oldestRun = 0;
      own.runs = sweep(own.runs, own.keys.runsEnd(), upTo, json -> own.oldestRun = run(json));
    }
  }

  /** Returns where it ended. */
  private String sweep(String begin, String end, long upTo, Sequence sequence) {
    String from = begin;
    try (KeyValueIterator<String, byte[]> oldest = store.range(from, end)) {
      for (int i = 0; i < 2 * SWEEP && oldest.hasNext(); i++) {
        KeyValue<String, byte[]> one = oldest.next();
        from = one.key;
        if (sequence.of(one.value) > upTo) {
          break;
        }
        store.delete(one.key);
      }
    }
    return from;
  }

  private static long single(byte[] json) {
    return Kept.CODEC.decode(json).sequence();
  }

  private static long run(byte[] json) {
    return KeptRun.CODEC.decode(json).upTo();
  }

  private Own own(String agent) {
    return known.computeIfAbsent(agent, Own::new);
  }

  private interface Sequence {
    long of(byte[] json);
  }

  /** What is known of the results of one agent. */
  private static final class Own {
    final AgentKeys keys;

    /** What waits to be written, in the order of the ids. */
    final Map<String, Kept> run = new LinkedHashMap<>();

    /** The last of them. */
    String last = "";

    /** The greatest id that anything is kept of, as it is ordered; null until it was looked for. */
    byte @Nullable [] newest;

    /** How often a result was looked for before. */
    int looks;

    /**
     * Where the last sweeps ended. A scan from before there would pass over everything that was
     * deleted since RocksDB last compacted.
     */
    String singles;

    String runs;

    /** The sequence number up to which the oldest run goes, so that it need not be read again. */
    long oldestRun;

    Own(String agent) {
      keys = AgentKeys.of(agent);
      singles = keys.results();
      runs = keys.runs();
    }

    /** Whether an id is certainly greater than all before. */
    boolean isNext(String actionId) {
      return newest != null && Arrays.compareUnsigned(stored(actionId), newest) > 0;
    }
  }
}
