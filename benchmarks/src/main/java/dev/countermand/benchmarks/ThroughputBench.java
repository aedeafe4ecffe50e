package dev.countermand.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Topic;
import dev.countermand.model.Topics;
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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;

/**
 * How many records a second each job takes when the topic is full before it starts: a bare copy by
 * Kafka Streams as it comes, the same with the settings of scoring, and scoring with all detectors
 * in turns, on topics of their own in each round, then learning. The first round is that of a new
 * process, in which code is compiled on the way; those after it are of one that is warm. Two
 * threads each; the first tenth of the records is each job's start and does not count.
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
  private final int rounds;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param kafka a Kafka without topics whose names begin as this prefix does
   * @param scratch an empty directory
   * @param records how many records each job takes
   * @param rounds how many rounds of a warm process follow the first
   */
  public ThroughputBench(
      KafkaSettings kafka, Path scratch, int records, int rounds, Consumer<String> progress) {
    this.kafka = kafka;
    this.scratch = scratch;
    this.records = records;
    this.rounds = rounds;
    this.progress = progress;
  }

  /**
   * What was measured, in records a second by round; the first is that of a new process.
   *
   * @param copy of the copy with the settings that Kafka Streams has by itself
   * @param tuned of the copy with the settings of scoring
   * @param scoring of scoring
   * @param learning of learning, once, after all rounds
   */
  public record Result(
      int records, List<Double> copy, List<Double> tuned, List<Double> scoring, double learning) {
    /** A table for people: of each job the first round, the median of the others, and each. */
    public String toText() {
      StringBuilder out = new StringBuilder();
      String[] columns = {"new process", "of the copy", "of tuned"};
      line(
          out, "job", columns[0], columns[1], columns[2], "warm", columns[1], columns[2], "rounds");
      row(out, "copy", copy);
      row(out, "copy, tuned", tuned);
      row(out, "scoring", scoring);
      line(out, "learning", "", "", "", rate(learning), "", "", "");
      return out.append(records)
          .append(" records each, in one run, the first tenth not counted; ")
          .append(THREADS)
          .append(" threads. Warm is the median of the rounds after the first.\n")
          .append("The copy has the settings of Kafka Streams, the tuned one those of scoring.")
          .toString();
    }

    /** The same for machines; {@code warm_*} is null where only one round was. */
    public String toJson() {
      ArrayNode array = Json.mapper().createArrayNode();
      node(array.addObject().put("job", "copy"), copy);
      node(array.addObject().put("job", "copy_tuned"), tuned);
      node(array.addObject().put("job", "scoring"), scoring);
      array.addObject().put("job", "learning").put("records_per_s", learning);
      return array.toString();
    }

    private void row(StringBuilder out, String job, List<Double> rates) {
      line(
          out,
          job,
          rate(rates.get(0)),
          ratio(rates.get(0) / copy.get(0)),
          ratio(rates.get(0) / tuned.get(0)),
          warm(rates).map(Result::rate).orElse("-"),
          warmRatio(rates, copy).map(Result::ratio).orElse("-"),
          warmRatio(rates, tuned).map(Result::ratio).orElse("-"),
          rates.stream().map(Result::rate).collect(Collectors.joining(", ")));
    }

    private static void line(StringBuilder out, String job, String... cells) {
      out.append(
          String.format(
                  Locale.ROOT,
                  "%-11s %11s  %11s  %8s  %8s  %11s  %8s  %s",
                  Stream.concat(Stream.of(job), Stream.of(cells)).toArray())
              .stripTrailing());
      out.append('\n');
    }

    private void node(ObjectNode node, List<Double> rates) {
      node.put("records_per_s", rates.get(0))
          .put("of_the_copy", rates.get(0) / copy.get(0))
          .put("of_the_tuned_copy", rates.get(0) / tuned.get(0))
          .put("warm_records_per_s", warm(rates).orElse(null))
          .put("warm_of_the_copy", warmRatio(rates, copy).orElse(null))
          .put("warm_of_the_tuned_copy", warmRatio(rates, tuned).orElse(null));
      rates.forEach(node.putArray("by_round")::add);
    }

    private static Optional<Double> warmRatio(List<Double> rates, List<Double> limit) {
      return warm(rates).flatMap(own -> warm(limit).map(all -> own / all));
    }

    private static String rate(double rate) {
      return String.format(Locale.ROOT, "%.0f", rate);
    }

    private static String ratio(double ratio) {
      return String.format(Locale.ROOT, "%.3f", ratio);
    }

    private static Optional<Double> warm(List<Double> rates) {
      List<Double> sorted = rates.stream().skip(1).sorted().toList();
      int middle = sorted.size() / 2;
      if (sorted.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          sorted.size() % 2 == 1
              ? sorted.get(middle)
              : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }
  }

  /** Measures. */
  public Result run() throws InterruptedException {
    List<Double> copy = new ArrayList<>();
    List<Double> tuned = new ArrayList<>();
    List<Double> scoring = new ArrayList<>();
    Round round = new Round(0);
    for (int i = 0; i <= rounds; i++) {
      round = new Round(i);
      progress.accept(
          (i == 0 ? "A new process" : "Warm, round " + i + " of " + rounds)
              + ": writing "
              + records
              + " actions");
      round.fill();
      progress.accept("Copying");
      copy.add(round.copy("copy", BareCopy::plain));
      progress.accept("Copying with the settings of scoring");
      tuned.add(round.copy("copy-tuned", BareCopy::tuned));
      progress.accept("Scoring");
      scoring.add(round.scoring());
    }
    progress.accept("Learning");
    return new Result(records, copy, tuned, scoring, round.learning());
  }

  private double rate(LongSupplier count) throws InterruptedException {
    return Waits.until(LONGEST, LOOK, new Rate(count))
        .orElseThrow(() -> new IllegalStateException("not done within " + LONGEST));
  }

  /** All jobs once, on topics of their own. */
  private final class Round {
    private final KafkaSettings own;
    private final Path states;

    Round(int number) {
      own =
          new KafkaSettings(
              kafka.bootstrap(), new Topics(kafka.topics().prefix() + number), kafka.client());
      states = scratch.resolve("round-" + number);
    }

    void fill() {
      new TopicAdmin(own).ensure(own.topics().all(), PARTITIONS, 1);
      new BenchActions(own).fill(own.topics().actions(), records, BenchActions.Scored.NOT_YET);
    }

    double copy(String name, Function<BareCopy, KafkaStreams> kind) throws InterruptedException {
      String prefix = own.topics().prefix();
      String out = prefix + ".bench-" + name;
      new TopicAdmin(own).ensure(List.of(new Topic(out, PARTITIONS, Map.of())), PARTITIONS, 1);
      BareCopy copy =
          new BareCopy(
              own, prefix + "-" + name, own.topics().actions(), out, THREADS, states.resolve(name));
      try (KafkaStreams streams = kind.apply(copy);
          TopicCount count = new TopicCount(own, out)) {
        streams.start();
        return rate(count);
      }
    }

    double scoring() throws InterruptedException {
      try (ScoringJob job =
              ScoringJob.start(
                  own,
                  THREADS,
                  states.resolve("scoring"),
                  new SimpleMeterRegistry(),
                  Scoring.standard(),
                  RiskPolicy.OFF);
          TopicCount count = new TopicCount(own, own.topics().scoredActions())) {
        job.awaitRunning(Duration.ofSeconds(60));
        return rate(count);
      }
    }

    double learning() throws InterruptedException {
      LearningSettings settings =
          LearningSettings.of(own, states.resolve("learning")).withParallelism(THREADS);
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
