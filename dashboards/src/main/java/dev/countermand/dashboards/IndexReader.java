package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.ElasticsearchConnection.Reply;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads what is indexed. Thread-safe. */
public final class IndexReader implements AutoCloseable {
  private static final int PAGE = 200;

  /** A data stream that was created a moment ago answers 503 until its first shard is up. */
  private static final RetryPolicy<Reply> UNTIL_SHARDS_ARE_UP =
      untilShardsAreUp(Duration.ofSeconds(10));

  /** The same for people who wait. */
  private static final RetryPolicy<Reply> SOON = untilShardsAreUp(Duration.ofSeconds(2));

  private final ElasticsearchConnection elasticsearch;
  private final String namespace;

  private static RetryPolicy<Reply> untilShardsAreUp(Duration limit) {
    return RetryPolicy.<Reply>builder()
        .handleResultIf(reply -> reply != null && reply.status() == 503)
        .abortOn(RuntimeException.class)
        .withDelay(Duration.ofMillis(100))
        .withMaxAttempts(-1)
        .withMaxDuration(limit)
        .build();
  }

  /** Reads from the configured Elasticsearch. Nothing is connected yet. */
  public IndexReader(Configuration.Elasticsearch config) {
    this.elasticsearch = new ElasticsearchConnection(config);
    this.namespace = config.namespace();
  }

  /**
   * How many documents a data stream holds, those of this moment included. 0 when there is no such
   * stream.
   *
   * @param dataStream its name, for instance {@code logs-countermand.action-default}
   * @throws CountermandException INDEX_UNREADABLE when Elasticsearch refuses
   * @throws java.io.UncheckedIOException when it does not answer
   */
  public long count(String dataStream) {
    Reply reply = search(dataStream, "/_count", Json.mapper().createObjectNode());
    return reply.status() == 404 ? 0 : require(reply, dataStream).path("count").asLong();
  }

  /**
   * Every document of a data stream as JSON, in no particular order, page by page as the stream is
   * read. Empty when there is no such stream.
   *
   * @throws CountermandException INDEX_UNREADABLE when Elasticsearch refuses
   * @throws java.io.UncheckedIOException when it does not answer
   */
  public Stream<String> sources(String dataStream) {
    ObjectNode query = Json.mapper().createObjectNode().put("size", PAGE);
    query.putArray("sort").add("_doc");
    Reply first = search(dataStream, "/_search?scroll=1m", query);
    if (first.status() == 404) {
      return Stream.empty();
    }
    return Stream.iterate(
            require(first, dataStream),
            page -> !page.at("/hits/hits").isEmpty(),
            page -> require(next(page), dataStream))
        .flatMap(page -> StreamSupport.stream(page.at("/hits/hits").spliterator(), false))
        .map(hit -> hit.path("_source").toString());
  }

  /**
   * The answer to a search of data streams, as Elasticsearch gives it; those that are not there yet
   * are as empty ones. What was indexed less than a second ago may be missing.
   *
   * @param query the body of {@code POST _search}
   * @throws CountermandException INDEX_UNREADABLE when Elasticsearch refuses
   * @throws java.io.UncheckedIOException when it does not answer
   */
  public JsonNode search(Collection<DataStream> streams, ObjectNode query) {
    String names =
        streams.stream().map(stream -> stream.in(namespace)).collect(Collectors.joining(","));
    String path = "/" + names + "/_search?ignore_unavailable=true&allow_no_indices=true";
    return require(Failsafe.with(SOON).get(() -> elasticsearch.call("POST", path, query)), names);
  }

  private Reply search(String dataStream, String operation, ObjectNode query) {
    return Failsafe.with(UNTIL_SHARDS_ARE_UP)
        .get(
            () -> {
              elasticsearch.call("POST", "/" + dataStream + "/_refresh", null);
              return elasticsearch.call("POST", "/" + dataStream + operation, query);
            });
  }

  private Reply next(JsonNode page) {
    ObjectNode body = Json.mapper().createObjectNode().put("scroll", "1m");
    body.set("scroll_id", page.path("_scroll_id"));
    return elasticsearch.call("POST", "/_search/scroll", body);
  }

  private static JsonNode require(Reply reply, String dataStream) {
    if (!reply.isSuccess()) {
      throw new CountermandException(
          "INDEX_UNREADABLE",
          "Elasticsearch does not let "
              + dataStream
              + " be read: status "
              + reply.status()
              + ", "
              + reply.body().at("/error/type").asText("no reason")
              + ".");
    }
    return reply.body();
  }

  @Override
  public void close() {
    elasticsearch.close();
  }
}
