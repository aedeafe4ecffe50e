package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.Known;
import dev.countermand.model.Baseline;
import dev.countermand.model.Credential;
import dev.countermand.model.Task;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What scoring knows beside the actions: the tasks of each agent and the registered credentials as
 * they were at a time, as far as the topics still say; the baselines as they stand now. What was
 * removed since is not in it. Immutable.
 */
final class Snapshot implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  // Encoded, so that Flink can send them to where they are used.
  private final HashMap<String, ArrayList<byte[]>> tasks;
  private final HashMap<String, ArrayList<byte[]>> credentials;
  private final HashMap<String, ArrayList<byte[]>> baselines;

  private Snapshot(
      HashMap<String, ArrayList<byte[]>> tasks,
      HashMap<String, ArrayList<byte[]>> credentials,
      HashMap<String, ArrayList<byte[]>> baselines) {
    this.tasks = tasks;
    this.credentials = credentials;
    this.baselines = baselines;
  }

  /**
   * Reads the topics.
   *
   * @throws dev.countermand.runtime.CountermandException KAFKA_UNREACHABLE
   */
  static Snapshot read(KafkaSettings kafka) {
    return new Snapshot(
        read(kafka, kafka.topics().tasks(), Task.CODEC, true),
        read(kafka, kafka.topics().credentials(), Credential.CODEC, true),
        read(kafka, kafka.topics().baselines(), Baseline.CODEC, false));
  }

  /** The tasks by agent. */
  History<Task> tasks() {
    return History.of(tasks, Task.CODEC, Task::time);
  }

  /** The credentials by fingerprint. */
  History<Credential> credentials() {
    return History.of(credentials, Credential.CODEC, Credential::time);
  }

  /**
   * What scoring is told beside the action.
   *
   * @param moment asked for the time of the action, in milliseconds
   */
  Known known(LongSupplier moment) {
    History<Credential> registered = credentials();
    Map<String, Baseline> learned =
        baselines.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, one -> Baseline.CODEC.decode(one.getValue().get(0))));
    return new Known(
        fingerprint -> registered.at(fingerprint, moment.getAsLong()),
        key -> Optional.ofNullable(learned.get(key)));
  }

  private static <V> HashMap<String, ArrayList<byte[]>> read(
      KafkaSettings kafka, String topic, DocumentCodec<V> codec, boolean replacedToo) {
    HashMap<String, ArrayList<byte[]>> all = new HashMap<>();
    BiConsumer<String, @Nullable V> listener =
        (key, value) -> {
          if (value == null) {
            all.remove(key);
            return;
          }
          ArrayList<byte[]> versions = all.computeIfAbsent(key, k -> new ArrayList<>());
          if (!replacedToo) {
            versions.clear();
          }
          versions.add(codec.encode(value));
        };
    // Closed before the result is read: its thread writes into it until then.
    try (CompactedView<V> view =
        CompactedView.keepingNothing(kafka, topic, codec, listener).awaitCaughtUp(LIMIT)) {
      return all;
    }
  }
}
