package dev.countermand.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Topic;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.streams.ScoringJob;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How many records a second each job takes when the topic is full before it starts: a bare copy by
 * Kafka Streams, scoring with all detectors, learning. One after the other in one run, with two
 * threads each; the first tenth of the records is each one's warm-up and does not count.
 */
public final class ThroughputBench {
  private static final int THREADS = 2;
  private static final int PARTITIONS = 4;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration STUCK = Duration.ofMinutes(2);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final KafkaSettings kafka;
  private final Path scratch;
  private final int records;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param kafka a Kafka without topics of this prefix
   * @param scratch an empty directory
   * @param records how many records each job takes
   */
  public ThroughputBench(
      KafkaSettings kafka, Path scratch, int records, Consumer<String> progress) {
    this.kafka = kafka;
    this.scratch = scratch;
    this.records = records;
    this.progress = progress;
  }

  /**
   * What was measured.
   *
   * @param copy records a second of the copy with the settings of scoring, which sends each record
   *     at once
   * @param batching the same of a copy with Kafka Streams' own, which waits for company
   * @param scoring the same of scoring
   * @param learning the same of learning
   */
  public record Result(int records, double copy, double batching, double scoring, double learning) {
    /** A table for people. */
    public String toText() {
      StringBuilder out = new StringBuilder("job             records/s  of the copy\n");
      row(out, "copy", copy);
      row(out, "copy, batching", batching);
      row(out, "scoring", scoring);
      row(out, "learning", learning);
      return out.append(records)
          .append(" records each, in one run, the first tenth not counted; ")
          .append(THREADS)
          .append(" threads.")
          .toString();
    }

    /** The same for machines. */
    public String toJson() {
      ArrayNode array = Json.mapper().createArrayNode();
      line(array.addObject(), "copy", copy);
      line(array.addObject(), "copy-batching", batching);
      line(array.addObject(), "scoring", scoring);
      line(array.addObject(), "learning", learning);
      return array.toString();
    }

    private void row(StringBuilder out, String job, double rate) {
      out.append(String.format(Locale.ROOT, "%-14s %10.0f  %11.3f%n", job, rate, rate / copy));
    }

    private void line(ObjectNode node, String job, double rate) {
      node.put("job", job).put("records_per_s", rate).put("of_the_copy", rate / copy);
    }
  }

  /** Fills the topic and measures. */
  public Result run() throws InterruptedException {
    new TopicAdmin(kafka).ensure(kafka.topics().all(), PARTITIONS, 1);
    progress.accept("Writing " + records + " actions");
    new BenchActions(kafka).fill(kafka.topics().actions(), records, BenchActions.Scored.NOT_YET);
    progress.accept("Copying");
    double copy = copy("bench-copy", Map.of(StreamsConfig.producerPrefix("linger.ms"), 0));
    double batching = copy("bench-copy-batching", Map.of());
    progress.accept("Scoring");
    double scoring = scoring();
    progress.accept("Learning");
    return new Result(records, copy, batching, scoring, learning());
  }

  private double copy(String name, Map<String, Object> settings) throws InterruptedException {
    String out = kafka.topics().prefix() + "." + name;
    new TopicAdmin(kafka).ensure(List.of(new Topic(out, PARTITIONS, Map.of())), PARTITIONS, 1);
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(kafka.topics().actions()).to(out);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, kafka.topics().prefix() + "-" + name);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, scratch.resolve(name).toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.putAll(settings);
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    properties.put(
        StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
    properties.put(
        StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class.getName());
    try (KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        TopicCount count = new TopicCount(kafka, out)) {
      streams.start();
      return rate(count);
    }
  }

  private double scoring() throws InterruptedException {
    try (ScoringJob job =
            ScoringJob.start(
                kafka,
                THREADS,
                scratch.resolve("scoring"),
                new SimpleMeterRegistry(),
                Scoring.standard(),
                RiskPolicy.OFF);
        TopicCount count = new TopicCount(kafka, kafka.topics().scoredActions())) {
      job.awaitRunning(Duration.ofSeconds(60));
      return rate(count);
    }
  }

  private double learning() throws InterruptedException {
    LearningSettings settings =
        LearningSettings.of(kafka, scratch.resolve("learning")).withParallelism(THREADS);
    List<long[]> seen = new ArrayList<>();
    try (LearningJob job =
        LearningJob.startBounded(settings, BenchActions.START, BenchActions.end(records))) {
      while (!job.awaitEnd(LOOK)) {
        job.progress().ifPresent(now -> seen.add(new long[] {System.nanoTime(), now.samples()}));
      }
      long end = System.nanoTime();
      // Its end is that of its last window and the commit of the last baselines.
      long samples = job.await().samples();
      double warm = samples * 0.1;
      for (long[] look : seen) {
        if (look[1] >= warm) {
          return records * (1 - (double) look[1] / samples) / ((end - look[0]) / 1e9);
        }
      }
      throw new IllegalStateException("too few records: learning ended within " + LOOK);
    }
  }

  private double rate(LongSupplier count) throws InterruptedException {
    return Waits.until(LONGEST, LOOK, new Rate(count))
        .orElseThrow(() -> new IllegalStateException("not done within " + LONGEST));
  }

  /** Records a second from the end of the warm-up to the last. */
  private final class Rate implements Waits.Look<Double, RuntimeException> {
    private final LongSupplier count;
    private long from;
    private long since;
    private long last;
    private long moved = System.nanoTime();

    Rate(LongSupplier count) {
      this.count = count;
    }

    @Override
    public Optional<Double> now() {
      long now = count.getAsLong();
      long time = System.nanoTime();
      if (since == 0 && now >= records / 10) {
        from = now;
        since = time;
      }
      if (now >= records) {
        if (from >= records) {
          throw new IllegalStateException("too few records: all were done within " + LOOK);
        }
        return Optional.of((now - from) / ((time - since) / 1e9));
      }
      if (now > last) {
        last = now;
        moved = time;
      } else if (time - moved > STUCK.toNanos()) {
        throw new IllegalStateException("nothing happens after " + now + " records");
      }
      return Optional.empty();
    }
  }
}
