package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.Scoring;
import dev.countermand.model.Finding;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.flink.Connector;
import dev.countermand.streams.flink.HistorySource;
import dev.countermand.streams.flink.LocalEnvironment;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/**
 * Runs the detectors over what agents did, with Flink in this process: what the scoring job would
 * have found with other rules.
 *
 * <p>The actions of an agent are scored in the order in which the scoring job scored them, with the
 * task and the credentials of their time. Each id of an action counts once. What several agents do
 * with one credential, or one after another, is taken in the order of time.
 */
public final class Backtest {
  private static final Duration OUT_OF_ORDER = Duration.ofMinutes(5);

  private Backtest() {}

  /** Makes the scoring to try, wherever Flink runs it. */
  public interface Rules extends Serializable {
    /** A scoring of its own for each call. */
    Scoring scoring();
  }

  /**
   * Which actions, by when they were received.
   *
   * @param from the first instant whose findings are told of
   * @param to the end, exclusive
   * @param warmUp how much earlier actions are read, for the state of agents
   */
  public record Span(Instant from, Instant to, Duration warmUp) {
    private Instant start() {
      return from.minus(warmUp);
    }
  }

  /**
   * What was done.
   *
   * @param actions scored, those of the warm-up too
   * @param repeated left out because their id came again
   * @param unreadable records that are no action
   * @param failed actions that a detector tripped over
   */
  public record Summary(long actions, long repeated, long unreadable, long failed) {
    private static Summary of(Map<String, Object> counts) {
      return new Summary(
          count(counts, ScoreAgain.ACTIONS),
          count(counts, ScoreAgain.REPEATED),
          count(counts, Unreadable.NAME),
          count(counts, ScoreAgain.FAILED));
    }

    private static long count(Map<String, Object> counts, String name) {
      return counts.get(name) instanceof Long count ? count : 0;
    }
  }

  /**
   * Runs until the end of what is on the topics now.
   *
   * @param scratch an empty directory, for the checkpoints of this run
   * @param found is told of every finding, on this thread, in no order
   * @throws CountermandException BACKTEST_FAILED, KAFKA_UNREACHABLE
   */
  public static Summary run(
      KafkaSettings kafka, Path scratch, Rules rules, Span span, Consumer<Finding> found) {
    StreamExecutionEnvironment env = LocalEnvironment.bounded(kafka, scratch);
    long from = span.from().toEpochMilli();
    DataStream<Event> findings = build(env, kafka, rules, Snapshot.read(kafka), span);
    try {
      CloseableIterator<Event> results = findings.collectAsync();
      JobClient job = env.executeAsync("countermand-backtest");
      try (results) {
        while (results.hasNext()) {
          Event event = results.next();
          if (event.time >= from) {
            found.accept(Finding.CODEC.decode(event.document));
          }
        }
      }
      JobExecutionResult result = job.getJobExecutionResult().get();
      return Summary.of(result.getAllAccumulatorResults());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while testing rules.", e);
    } catch (Exception e) {
      throw failed(e);
    }
  }

  private static DataStream<Event> build(
      StreamExecutionEnvironment env,
      KafkaSettings kafka,
      Rules rules,
      Snapshot snapshot,
      Span span) {
    DataStream<Event> history =
        env.fromSource(source(kafka, span), inTime(), "history").process(new Unreadable());
    DataStream<Event> scored =
        history
            .filter(event -> event.kind == Event.ACTION)
            .keyBy(event -> event.key)
            .process(
                new ScoreAgain(
                    rules, snapshot, span.start().toEpochMilli(), span.to().toEpochMilli()))
            .name("score");
    DataStream<Event> followed =
        scored
            .filter(event -> event.kind == Event.TOUCH)
            .union(history.filter(event -> event.kind == Event.TAKEN))
            .keyBy(event -> event.key)
            .process(new FollowAgain(snapshot))
            .name("follow");
    DataStream<Event> found = scored.filter(event -> event.kind == Event.FINDING).union(followed);
    DataStream<Event> sequences =
        found
            .flatMap(new ToGroups(snapshot))
            .keyBy(event -> event.key)
            .process(new SequenceAgain())
            .name("sequences");
    return found.union(sequences);
  }

  /** Partitions wait for each other: what is ahead waits for its turn in the state. */
  private static WatermarkStrategy<Event> inTime() {
    return Connector.aligned(
        WatermarkStrategy.<Event>forBoundedOutOfOrderness(OUT_OF_ORDER)
            .withTimestampAssigner((event, time) -> event.time),
        "history");
  }

  private static HistorySource<Event> source(KafkaSettings kafka, Span span) {
    Properties consumer = Connector.consumer(kafka, "backtest");
    ReadHistory deserializer = new ReadHistory(kafka.topics().actions());
    KafkaSource<Event> source =
        KafkaSource.<Event>builder()
            .setTopics(kafka.topics().actions(), kafka.topics().containmentOutcomes())
            // A record is never older than the action in it.
            .setStartingOffsets(
                OffsetsInitializer.timestamp(Math.max(0, span.start().toEpochMilli())))
            .setBounded(OffsetsInitializer.latest())
            .setProperties(consumer)
            .setDeserializer(deserializer)
            .build();
    return new HistorySource<>(source, deserializer, consumer);
  }

  private static CountermandException failed(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof CountermandException known
        ? known
        : new CountermandException(
            "BACKTEST_FAILED",
            "The rules could not be tried over the past: "
                + root.getClass().getSimpleName()
                + ": "
                + root.getMessage()
                + " Check that Kafka answers, that its topics exist, and the log.",
            e);
  }
}
