package dev.countermand.command.bench;

import dev.countermand.benchmarks.BenchActions;
import dev.countermand.benchmarks.BenchActions.Scored;
import dev.countermand.command.stack.Stopping;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexReader;
import dev.countermand.dashboards.IndexSink;
import dev.countermand.embedded.ElasticsearchServer;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Progress;
import dev.countermand.embedded.Trees;
import dev.countermand.model.Topics;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How many documents a second the sink takes from Kafka to Elasticsearch, and how many a bare bulk
 * of the same bytes, in turns, on servers that are started for it.
 */
public final class SinkBench {
  private static final Duration LOOK = Duration.ofMillis(2);
  private static final Duration LONGEST = Duration.ofMinutes(20);
  private static final int PARTITIONS = 4;

  private final int documents;
  private final int rounds;
  private final Progress progress;
  private final Stopping stopping = new Stopping();

  private SinkBench(int documents, int rounds, Progress progress) {
    this.documents = documents;
    this.rounds = rounds;
    this.progress = progress;
  }

  /**
   * Measures. Every server is gone when this returns, and so is what it wrote.
   *
   * @param documents how many each turn takes, at least 1,000; the first tenth does not count
   * @param rounds how many turns each has, at least 1, after one that does not count
   */
  public static SinkResult run(int documents, int rounds, Progress progress) throws Exception {
    return new SinkBench(documents, rounds, progress).run();
  }

  private SinkResult run() throws Exception {
    try {
      Workplace place = Workplace.create(progress);
      stopping.started(() -> Trees.delete(place.directory()));
      KafkaServer kafka = stopping.started(place.kafka());
      ElasticsearchServer elasticsearch =
          stopping.started(
              ElasticsearchServer.start(
                  place.of("elasticsearch"),
                  ElasticsearchServer.Options.defaults().withProgress(progress)));
      progress.step("Making " + documents + " documents");
      BareBulk bare = new BareBulk(elasticsearch.url(), documents);
      List<Double> ours = new ArrayList<>();
      List<Double> limit = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        progress.step(round == 0 ? "Warming up" : "Round " + round + " of " + rounds);
        // The sink puts the templates, so it goes first; the bare bulk is under them, too.
        double sink = sink(kafka, elasticsearch, round);
        double bulk = bare(bare, elasticsearch, round);
        if (round > 0) {
          ours.add(sink);
          limit.add(bulk);
        }
      }
      return new SinkResult(documents, bare.bytes(), ours, limit);
    } finally {
      stopping.close();
    }
  }

  private double sink(KafkaServer kafka, ElasticsearchServer elasticsearch, int round)
      throws InterruptedException {
    KafkaSettings settings =
        new KafkaSettings(kafka.bootstrapServers(), new Topics("sink-" + round), Map.of());
    new TopicAdmin(settings).ensure(settings.topics().all(), PARTITIONS, 1);
    new BenchActions(settings).fill(settings.topics().scoredActions(), documents, Scored.YES);
    Configuration.Elasticsearch config = config(elasticsearch, "sink" + round);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    double rate;
    try (IndexSink sink = IndexSink.start(settings, config, meters, InstantSource.system())) {
      rate =
          rate(
              () ->
                  (long)
                      meters
                          .get("countermand.index.documents")
                          .tag("stream", "action")
                          .tag("result", "stored")
                          .counter()
                          .count());
    }
    requireAll(config);
    return rate;
  }

  private double bare(BareBulk bare, ElasticsearchServer elasticsearch, int round)
      throws InterruptedException {
    Configuration.Elasticsearch config = config(elasticsearch, "bare" + round);
    double rate;
    try (BareBulk.Run run = bare.start(DataStream.ACTION.in(config.namespace()))) {
      rate = rate(run::stored);
    }
    requireAll(config);
    return rate;
  }

  private static Configuration.Elasticsearch config(ElasticsearchServer server, String namespace) {
    return new Configuration.Elasticsearch(URI.create(server.url()), null, namespace, Map.of());
  }

  private void requireAll(Configuration.Elasticsearch config) {
    try (IndexReader reader = new IndexReader(config)) {
      long count = reader.count(DataStream.ACTION.in(config.namespace()));
      if (count != documents) {
        throw new IllegalStateException(count + " of " + documents + " documents are indexed");
      }
    }
  }

  /**
   * Documents a second from the first tenth to the last; from the beginning, where the look that
   * sees the first tenth sees the last, too.
   */
  private double rate(LongSupplier stored) throws InterruptedException {
    long begun = System.nanoTime();
    long[] begin = {0, begun};
    return Waits.until(
            LONGEST,
            LOOK,
            () -> {
              long now = stored.getAsLong();
              long time = System.nanoTime();
              if (now >= documents) {
                return Optional.of((now - begin[0]) / ((time - begin[1]) / 1e9));
              }
              if (begin[0] == 0 && now >= documents / 10) {
                begin[0] = now;
                begin[1] = time;
              }
              return Optional.<Double>empty();
            })
        .orElseThrow(() -> new IllegalStateException("not done within " + LONGEST));
  }
}
