package dev.countermand.streams.flink.backtest;

import dev.countermand.model.json.DocumentCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was said of each key, and when. Of a time before the first that is known the first is taken:
 * what it replaced is no longer on the topic. Immutable.
 */
final class History<V> {
  private final Map<String, List<V>> versions;
  private final Function<V, Instant> time;

  private History(Map<String, List<V>> versions, Function<V, Instant> time) {
    this.versions = versions;
    this.time = time;
  }

  /**
   * Of documents.
   *
   * @param encoded by their keys, in the order of their topic
   * @param time from when one holds
   */
  static <V> History<V> of(
      Map<String, ? extends List<byte[]>> encoded,
      DocumentCodec<V> codec,
      Function<V, Instant> time) {
    Map<String, List<V>> versions = new HashMap<>();
    encoded.forEach(
        (key, documents) -> {
          List<V> all = new ArrayList<>(documents.stream().map(codec::decode).toList());
          // Stable: of two that hold from one moment the later one stays the later.
          all.sort(Comparator.comparing(time));
          versions.put(key, all);
        });
    return new History<>(versions, time);
  }

  /**
   * What held of a key.
   *
   * @param moment in milliseconds
   */
  Optional<V> at(String key, long moment) {
    List<V> all = versions.getOrDefault(key, List.of());
    for (int i = all.size() - 1; i > 0; i--) {
      if (time.apply(all.get(i)).toEpochMilli() <= moment) {
        return Optional.of(all.get(i));
      }
    }
    return all.stream().findFirst();
  }
}
