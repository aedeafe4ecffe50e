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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What scoring knows beside the actions, as it stands now: the last task of each agent, the
 * registered credentials and the baselines. What was replaced or removed since is not in it.
 * Immutable.
 */
final class Snapshot implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  // Encoded, so that Flink can send them to where they are used.
  private final HashMap<String, byte[]> tasks;
  private final HashMap<String, byte[]> credentials;
  private final HashMap<String, byte[]> baselines;

  private Snapshot(
      HashMap<String, byte[]> tasks,
      HashMap<String, byte[]> credentials,
      HashMap<String, byte[]> baselines) {
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
        read(kafka, kafka.topics().tasks(), Task.CODEC, Task::agentId),
        read(kafka, kafka.topics().credentials(), Credential.CODEC, Credential::fingerprint),
        read(kafka, kafka.topics().baselines(), Baseline.CODEC, Baseline::key));
  }

  /** The tasks by agent. */
  Map<String, Task> tasks() {
    return decoded(tasks, Task.CODEC);
  }

  /** The credentials by fingerprint. */
  Map<String, Credential> credentials() {
    return decoded(credentials, Credential.CODEC);
  }

  /** What scoring is told beside the action. */
  Known known() {
    Map<String, Credential> registered = credentials();
    Map<String, Baseline> learned = decoded(baselines, Baseline.CODEC);
    return new Known(
        fingerprint -> Optional.ofNullable(registered.get(fingerprint)),
        key -> Optional.ofNullable(learned.get(key)));
  }

  private static <V> HashMap<String, byte[]> read(
      KafkaSettings kafka, String topic, DocumentCodec<V> codec, Function<V, String> key) {
    HashMap<String, byte[]> all = new HashMap<>();
    try (CompactedView<V> view = new CompactedView<>(kafka, topic, codec).awaitCaughtUp(LIMIT)) {
      view.all().forEach(one -> all.put(key.apply(one), codec.encode(one)));
    }
    return all;
  }

  private static <V> Map<String, V> decoded(Map<String, byte[]> all, DocumentCodec<V> codec) {
    return all.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> codec.decode(one.getValue())));
  }
}
