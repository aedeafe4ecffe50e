package dev.countermand.dashboards;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Copies scored actions, findings and containment outcomes from Kafka to Elasticsearch, each topic
 * in a thread and a consumer group of its own, so that one data stream that is stuck holds up no
 * other.
 *
 * <p>A document is what is on the topic, byte for byte, with {@code event.id} as its {@code _id}: a
 * replay changes nothing. Offsets are committed when every document before them is stored or is on
 * {@code dead-letters}. While Elasticsearch is away, or overloaded, nothing is committed and
 * nothing is given up.
 */
public final class IndexSink implements AutoCloseable {
  private static final Duration JOIN = Duration.ofSeconds(5);

  private final ElasticsearchConnection elasticsearch;
  private final FeatureProbe probe;
  private final Retention retention;
  private final ScheduledExecutorService scheduler;
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private final List<BulkWriter> writers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private IndexSink(Configuration.Elasticsearch config) {
    this.retention = Retention.of(config);
    this.elasticsearch = new ElasticsearchConnection(config);
    this.probe = new FeatureProbe(elasticsearch);
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "index-answers"));
  }

  /**
   * Starts and returns at once, also when neither Kafka nor Elasticsearch is there yet. The topics
   * must exist or be created by somebody; index templates are put by the sink itself.
   *
   * @throws CountermandException CONFIG_INVALID when the namespace cannot be part of a data
   *     stream's name or the retention is that of none, SECRET_UNREADABLE when the API key cannot
   *     be read
   */
  public static IndexSink start(
      KafkaSettings kafka,
      Configuration.Elasticsearch config,
      MeterRegistry meters,
      InstantSource clock) {
    requireNamespace(config.namespace());
    IndexSink sink = new IndexSink(config);
    for (DataStream stream : DataStream.values()) {
      sink.follow(stream, kafka, config.namespace(), new SinkMetrics(meters, stream), clock);
    }
    sink.threads.forEach(Thread::start);
    return sink;
  }

  private void follow(
      DataStream stream,
      KafkaSettings kafka,
      String namespace,
      SinkMetrics metrics,
      InstantSource clock) {
    BulkWriter writer = new BulkWriter(elasticsearch, stream.in(namespace), scheduler);
    writers.add(writer);
    Runnable indexer =
        new TopicIndexer(
            stream,
            namespace,
            kafka,
            elasticsearch,
            new TemplateInstaller(elasticsearch, probe, retention),
            writer,
            metrics,
            clock,
            closing);
    threads.add(daemon(indexer, "index-" + stream.word()));
  }

  private static void requireNamespace(String namespace) {
    boolean valid =
        !namespace.isEmpty()
            && namespace.getBytes(StandardCharsets.UTF_8).length <= 100
            && namespace
                .chars()
                .allMatch(
                    c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.');
    if (!valid) {
      throw new CountermandException(
          "CONFIG_INVALID",
          "elasticsearch.namespace must be 1 to 100 lower-case letters, digits, dots or underscores"
              + " (a data stream is named logs-<dataset>-<namespace>).");
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Ends within about ten seconds. What is not committed is indexed again at the next start. */
  @Override
  public void close() {
    closing.complete(null);
    join();
    // Ends requests that a dead server lets hang, for the threads that still wait for one.
    elasticsearch.close();
    join();
    writers.forEach(BulkWriter::close);
    scheduler.shutdownNow();
  }

  private void join() {
    long end = System.nanoTime() + JOIN.toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
