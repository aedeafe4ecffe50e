package dev.countermand.command.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.MergedLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A stretch of what is on Kafka. */
public final class History {
  /** How much a clock of who told of something may be ahead of Kafka's. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private final KafkaSettings kafka;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final Set<String> agents;
  private final Instant from;
  private final Instant to;
  private final Duration limit;
  private long unreadable;

  /**
   * Reads nothing yet.
   *
   * @param agents whose records it has; empty for all
   * @param from the first moment
   * @param to the end, itself not part of it
   * @param limit how long Kafka may take to answer
   */
  public History(
      KafkaSettings kafka,
      List<Kind> kinds,
      Set<String> agents,
      Instant from,
      Instant to,
      Duration limit) {
    this.kafka = kafka;
    kinds.forEach(kind -> this.kinds.put(kind.topic(kafka.topics()), kind));
    this.agents = Set.copyOf(agents);
    this.from = from;
    this.to = to;
    this.limit = limit;
  }

  /** The first moment that is part of it. */
  public Instant from() {
    return from;
  }

  /** How many records were met that are no documents, or have no time. */
  public long unreadable() {
    return unreadable;
  }

  /** The stretch from a moment on, in the order of time. For one thread. */
  public Tape from(Instant moment) {
    Instant first = moment.isBefore(from) ? from : moment;
    Instant since = first.isAfter(Instant.EPOCH.plus(AHEAD)) ? first.minus(AHEAD) : Instant.EPOCH;
    MergedLog log =
        new MergedLog(
            kafka,
            List.copyOf(kinds.keySet()),
            since,
            message -> time(message).filter(time -> !time.isBefore(first) && time.isBefore(to)),
            limit);
    return new Tape(log);
  }

  private Optional<Instant> time(ConsumerRecord<String, byte[]> message) {
    try {
      JsonNode document = Json.mapper().readTree(message.value());
      String agent = document.at("/gen_ai/agent/id").asText();
      if (!agents.isEmpty() && !agents.contains(agent)) {
        return Optional.empty();
      }
      return Optional.of(Instant.parse(document.path("@timestamp").asText()));
    } catch (IOException | DateTimeParseException | IllegalArgumentException e) {
      // A tombstone, or what somebody else wrote there.
      unreadable++;
      return Optional.empty();
    }
  }

  /** A way through the stretch. */
  public final class Tape implements AutoCloseable {
    private final MergedLog log;

    private Tape(MergedLog log) {
      this.log = log;
    }

    /** The next; null at the end. */
    @Nullable Moment next() {
      MergedLog.Entry entry = log.next();
      if (entry == null) {
        return null;
      }
      Kind kind = kinds.get(entry.message().topic());
      return kind == null ? null : new Moment(entry.time(), kind, entry.message());
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
