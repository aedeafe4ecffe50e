package dev.countermand.dashboards;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long Elasticsearch keeps the documents of each data stream. */
final class Retention {
  private static final String DEFAULT = Configuration.Elasticsearch.EVERY_STREAM;

  private final Map<String, Duration> spans;

  private Retention(Map<String, Duration> spans) {
    this.spans = spans;
  }

  /**
   * As it is configured.
   *
   * @throws CountermandException CONFIG_INVALID when it names a data stream that there is not
   */
  static Retention of(Configuration.Elasticsearch config) {
    List<String> known = Arrays.stream(DataStream.values()).map(DataStream::word).toList();
    for (String word : config.retention().keySet()) {
      if (!word.equals(DEFAULT) && !known.contains(word)) {
        throw new CountermandException(
            "CONFIG_INVALID",
            "elasticsearch.retention has a key that is no data stream."
                + ConfigurationLoader.closest(word, known)
                    .map(right -> " Did you mean \"" + right + "\"?")
                    .orElse(" Known are " + DEFAULT + ", " + String.join(", ", known) + "."));
      }
    }
    return new Retention(config.retention());
  }

  /** That of a data stream as Elasticsearch writes it; none for as long as there is room. */
  Optional<String> of(DataStream stream) {
    Duration span = spans.getOrDefault(stream.word(), spans.get(DEFAULT));
    return Optional.ofNullable(span)
        .map(
            one ->
                one.equals(Duration.ofDays(one.toDays()))
                    ? one.toDays() + "d"
                    : one.toHours() + "h");
  }
}
