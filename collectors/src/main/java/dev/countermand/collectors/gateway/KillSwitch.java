package dev.countermand.collectors.gateway;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which agents are contained. Follows the topic of containment states, and keeps the contained ones
 * in a file, so that the switch holds from the first request after a restart, with Kafka or
 * without. An agent is let go only by a later state that says so. Thread-safe.
 */
public final class KillSwitch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KillSwitch.class);

  private final ContainedFile file;
  private final Consumer<String> listener;

  /**
   * The latest state of each agent. By its time, as a topic that is read again starts with old
   * ones.
   */
  private final Map<String, ContainmentState> states = new ConcurrentHashMap<>();

  private final boolean unreadable;
  private final CompactedView<ContainmentState> view;

  /**
   * Starts to follow the topic, which may not exist yet.
   *
   * @param file of this switch alone; it and its directory are created where they are missing
   */
  public KillSwitch(Path file, KafkaSettings settings) {
    this(file, settings, agentId -> {});
  }

  /**
   * The same.
   *
   * @param listener told of an agent once it is contained, and not again before it was released;
   *     called on the thread that follows the topic
   */
  KillSwitch(Path file, KafkaSettings settings, Consumer<String> listener) {
    this.file = new ContainedFile(file, this::contained);
    this.listener = listener;
    this.unreadable = !load();
    this.view =
        new CompactedView<>(
            settings, settings.topics().containmentState(), ContainmentState.CODEC, this::changed);
  }

  /** Why the agent may not act, if it may not. */
  public Optional<ContainmentState> contains(String agentId) {
    ContainmentState state = states.get(agentId);
    if (state != null && state.status() == ContainmentStatus.CONTAINED) {
      return Optional.of(state);
    }
    if (unreadable && !view.isCaughtUp()) {
      return Optional.of(
          new ContainmentState(
              agentId,
              Instant.EPOCH,
              ContainmentStatus.CONTAINED,
              "unknown",
              "the gateway's record of contained agents is unreadable and Kafka is away",
              List.of(),
              Extra.NONE));
    }
    return Optional.empty();
  }

  /** What was last said of an agent, contained or not. */
  Optional<ContainmentState> last(String agentId) {
    return contains(agentId).or(() -> Optional.ofNullable(states.get(agentId)));
  }

  CompactedView<ContainmentState> view() {
    return view;
  }

  private synchronized void changed(String agentId, @Nullable ContainmentState state) {
    ContainmentState known = states.get(agentId);
    if (state == null || (known != null && state.time().isBefore(known.time()))) {
      return;
    }
    states.put(agentId, state);
    boolean was = known != null && known.status() == ContainmentStatus.CONTAINED;
    boolean is = state.status() == ContainmentStatus.CONTAINED;
    if (is && !was) {
      listener.accept(agentId);
      if (view != null && view.isCaughtUp()) {
        log.warn("Agent {} is contained by order {}", agentId, state.orderId());
      } else {
        // While the topic is read from its start, a later record may let the agent go.
        log.info("Agent {} was contained by order {}", agentId, state.orderId());
      }
    } else if (was && !is) {
      log.info("Agent {} may act again", agentId);
    }
    if (is || was) {
      file.changed();
    }
  }

  private List<ContainmentState> contained() {
    return states.values().stream()
        .filter(state -> state.status() == ContainmentStatus.CONTAINED)
        .toList();
  }

  private boolean load() {
    try {
      file.load().forEach(state -> states.put(state.agentId(), state));
      return true;
    } catch (IOException e) {
      log.error(
          "{} is unreadable: every agent is denied until the topic of containment states has been"
              + " read",
          file);
      return false;
    }
  }

  /** Stops following; what is contained stays in the file. Returns at the latest after 10 s. */
  @Override
  public void close() {
    view.close();
    file.close();
  }
}
