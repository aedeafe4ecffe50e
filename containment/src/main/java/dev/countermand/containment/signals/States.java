package dev.countermand.containment.signals;

import dev.countermand.model.Severity;
import dev.countermand.model.SignalState;
import dev.countermand.model.StreamStatus;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.SignalSettings;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is remembered of streams and agents: the topic of states in memory. Thread-safe. */
final class States {
  /** Agents of raised risk that are remembered; beyond, the longest unchanged count as low. */
  static final int MAX_AGENTS = 100_000;

  private static final String STREAM = "stream:";
  private static final String AGENT = "agent:";

  private final Map<String, SignalSettings.Stream> configured;
  private final Map<String, SignalState> streams = new ConcurrentHashMap<>();
  private final Map<String, Severity> levels =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Severity> eldest) {
          return size() > MAX_AGENTS;
        }
      };

  States(Map<String, SignalSettings.Stream> configured) {
    this.configured = configured;
  }

  /** A record of the topic; null for one that was removed. */
  void put(String key, @Nullable SignalState state) {
    if (key.startsWith(STREAM) && configured.containsKey(key.substring(STREAM.length()))) {
      if (state == null) {
        streams.remove(key.substring(STREAM.length()));
      } else {
        streams.put(key.substring(STREAM.length()), state);
      }
    } else if (key.startsWith(AGENT)) {
      Severity level = state == null ? null : state.level();
      synchronized (levels) {
        levels.remove(key);
        if (level != null) {
          levels.put(key, level);
        }
      }
    }
  }

  /** What receivers were last told of an agent. */
  Severity level(String agentId) {
    synchronized (levels) {
      return levels.getOrDefault(AGENT + agentId, Severity.LOW);
    }
  }

  /** The state of a stream; enabled and with all its events as long as nobody changed it. */
  SignalState stream(String name) {
    SignalState state = streams.get(name);
    return state == null ? initial(name, Instant.EPOCH) : state;
  }

  /** The state of a stream that nobody changed. */
  SignalState initial(String name, Instant now) {
    return new SignalState(
        STREAM + name,
        now,
        StreamStatus.ENABLED,
        null,
        null,
        Event.types(settings(name).events()),
        List.of(),
        null,
        Extra.NONE);
  }

  StreamStatus status(String name) {
    StreamStatus status = stream(name).status();
    return status == null ? StreamStatus.ENABLED : status;
  }

  /** Whether a stream takes an event. */
  boolean takes(String name, Event event) {
    StreamStatus status = status(name);
    boolean isOpen = status == StreamStatus.ENABLED || status == StreamStatus.PAUSED;
    return isOpen
        && settings(name).events().contains(event.kind())
        && stream(name).events().contains(event.type())
        && !stream(name).excluded().contains(event.agentId());
  }

  SignalSettings.Stream settings(String name) {
    return java.util.Objects.requireNonNull(configured.get(name));
  }

  /** The state of an agent at a level. */
  static SignalState agent(String agentId, Severity level, Instant now) {
    return new SignalState(
        AGENT + agentId, now, null, null, null, List.of(), List.of(), level, Extra.NONE);
  }
}
