package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much agents do, counted by Elasticsearch and remembered for some seconds; while it is away,
 * what was counted last. Thread-safe.
 */
final class Activity {
  private static final Logger log = LoggerFactory.getLogger(Activity.class);
  private static final Duration AGE = Duration.ofSeconds(3);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Most agents that are counted, those that did most. */
  private static final int MAX_AGENTS = 2_000;

  private static final int MAX_VERBS = 16;

  private final Index index;
  private final InstantSource clock;
  private final AtomicBoolean isCounting = new AtomicBoolean();
  private volatile Counts counts = new Counts(Instant.EPOCH, Map.of(), Map.of(), false);

  /**
   * @param lastSeen when it last did something
   * @param lastHour how many actions it attempted in the last hour
   */
  record OfAgent(Instant lastSeen, long lastHour) {}

  /**
   * @param at when it was counted
   * @param agents of the last day, by id
   * @param minutes how many effects of each verb, by minute, of the last hour
   * @param isComplete whether Elasticsearch answered
   */
  record Counts(
      Instant at,
      Map<String, OfAgent> agents,
      Map<Instant, Map<String, Long>> minutes,
      boolean isComplete) {}

  Activity(Index index, InstantSource clock) {
    this.index = index;
    this.clock = clock;
  }

  /** What was counted last, without asking: for what must not wait. */
  Counts last() {
    return counts;
  }

  /** What is known; some seconds old. Only one thread at a time asks Elasticsearch. */
  Counts now() {
    Instant now = clock.instant();
    boolean isOld = counts.at().plus(AGE).isBefore(now);
    if (isOld && isCounting.compareAndSet(false, true)) {
      try {
        counts = count(now);
      } catch (UncheckedIOException | CountermandException e) {
        log.debug("Elasticsearch does not count for the console: {}", e.getMessage());
        counts = new Counts(now, counts.agents(), counts.minutes(), false);
      } finally {
        isCounting.set(false);
      }
    }
    return counts;
  }

  private Counts count(Instant now) {
    ObjectNode body =
        Json.mapper().createObjectNode().put("size", 0).put("track_total_hits", false);
    Indexed.span(
        body.putObject("query").putObject("bool").putArray("filter"), now.minus(DAY), null);
    ObjectNode aggregations = body.putObject("aggs");
    ObjectNode agents = aggregations.putObject("agents");
    agents.putObject("terms").put("field", "gen_ai.agent.id").put("size", MAX_AGENTS);
    ObjectNode each = agents.putObject("aggs");
    each.putObject("last").putObject("max").put("field", "@timestamp");
    ArrayNode attempts =
        each.putObject("hour").putObject("filter").putObject("bool").putArray("filter");
    Indexed.span(attempts, now.minus(HOUR), null);
    Indexed.terms(attempts, "countermand.action.phase", List.of("attempt"));
    Instant start = now.truncatedTo(ChronoUnit.MINUTES).minus(HOUR).plus(1, ChronoUnit.MINUTES);
    ObjectNode hour = aggregations.putObject("hour");
    Indexed.span(hour.putObject("filter").putObject("bool").putArray("filter"), start, null);
    ObjectNode minutes = hour.putObject("aggs").putObject("minutes");
    minutes
        .putObject("date_histogram")
        .put("field", "@timestamp")
        .put("fixed_interval", "1m")
        .put("min_doc_count", 1);
    minutes
        .putObject("aggs")
        .putObject("verbs")
        .putObject("terms")
        .put("field", "countermand.effects.verb")
        .put("size", MAX_VERBS);
    JsonNode answer = index.search(List.of(DataStream.ACTION), body).path("aggregations");
    return new Counts(now, agents(answer), minutes(answer, start), true);
  }

  private static Map<String, OfAgent> agents(JsonNode answer) {
    Map<String, OfAgent> agents = new HashMap<>();
    for (JsonNode bucket : answer.at("/agents/buckets")) {
      agents.put(
          bucket.path("key").asText(),
          new OfAgent(
              Instant.ofEpochMilli(bucket.at("/last/value").asLong()),
              bucket.at("/hour/doc_count").asLong()));
    }
    return agents;
  }

  private static Map<Instant, Map<String, Long>> minutes(JsonNode answer, Instant start) {
    Map<Instant, Map<String, Long>> minutes = new TreeMap<>();
    for (int i = 0; i < HOUR.toMinutes(); i++) {
      minutes.put(start.plus(i, ChronoUnit.MINUTES), Map.of());
    }
    for (JsonNode bucket : answer.at("/hour/minutes/buckets")) {
      Map<String, Long> verbs = new TreeMap<>();
      for (JsonNode verb : bucket.at("/verbs/buckets")) {
        verbs.put(verb.path("key").asText(), verb.path("doc_count").asLong());
      }
      minutes.computeIfPresent(
          Instant.ofEpochMilli(bucket.path("key").asLong()), (minute, none) -> verbs);
    }
    return minutes;
  }
}
