package dev.countermand.command.cli;

import dev.countermand.benchmarks.DetectBench;
import dev.countermand.benchmarks.LatencyBench;
import dev.countermand.benchmarks.Learner;
import dev.countermand.benchmarks.LearningStateBench;
import dev.countermand.benchmarks.LocalLearner;
import dev.countermand.benchmarks.RedactBench;
import dev.countermand.benchmarks.ThroughputBench;
import dev.countermand.benchmarks.UnderstandBench;
import dev.countermand.command.bench.EvidenceBench;
import dev.countermand.command.stack.BenchPipeline;
import dev.countermand.command.stack.ClusterLearner;
import dev.countermand.dashboards.evidence.HashingCost;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Progress;
import dev.countermand.embedded.Trees;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.flink.LearningSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Benchmarks, as ratios to a limit measured in the same run. */
@Command(
    name = "bench",
    description = "Measures the pipeline against the limit of the machine, in the same run.",
    subcommands = {
      BenchCommand.Detect.class,
      BenchCommand.Latency.class,
      BenchCommand.Throughput.class,
      BenchCommand.Redact.class,
      BenchCommand.Understand.class,
      BenchCommand.Evidence.class,
      BenchContain.class,
      BenchSink.class,
      BenchConsole.class
    })
final class BenchCommand {

  /** Bursts against what was learned. */
  @Command(
      name = "detect",
      description =
          "Prints how soon a burst is found and how many false alarms there are a day on synthetic"
              + " series: by the learned baseline, a fixed threshold and three sigmas.")
  static final class Detect implements Callable<Integer> {
    @Option(names = "--seeds", description = "How many of each series. Default: ${DEFAULT-VALUE}.")
    private int seeds = 10;

    @Option(names = "--json", description = "One JSON document instead of a table.")
    private boolean json;

    @Override
    public Integer call() {
      System.out.println(DetectBench.run(seeds, json));
      return 0;
    }
  }

  /** The Merkle log. */
  @Command(
      name = "evidence",
      description =
          "Prints how many records a second the notary hashes into its tree, and bare SHA-256, in"
              + " turns on one core; and how many a second verify reads from a real Kafka and checks,"
              + " beside only reading them.")
  static final class Evidence implements Callable<Integer> {
    private static final int FEWEST = 1_000;
    private static final int MOST = 20_000_000;
    private static final int A_ROUND = 50_000;

    @Option(
        names = "--records",
        description = "How many are verified, 1000 to 20000000. Default: ${DEFAULT-VALUE}.")
    private int records = 50_000;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
      if (spec != null && (records < FEWEST || records > MOST)) {
        throw new ParameterException(
            spec.commandLine(), "--records must be " + FEWEST + " to " + MOST + ".");
      }
      System.out.println(HashingCost.measure(Math.min(A_ROUND, records), 8));
      System.out.println(EvidenceBench.run(records, new Steps()).toText());
      return 0;
    }
  }

  /** The hook's round trip. */
  @Command(
      name = "latency",
      description =
          "Prints p50, p95 and p99 of a bare two-hop Kafka Streams copy and of the hook's round"
              + " trip through the real pipeline, interleaved, and their ratio.")
  static final class Latency implements Callable<Integer> {
    @Option(
        names = "--rate",
        description = "Actions per second. Repeatable. Default: 200 and 1000.")
    private List<Integer> rates = new ArrayList<>();

    @Option(
        names = "--seconds",
        description = "How long each measurement takes. Default: ${DEFAULT-VALUE}.")
    private int seconds = 10;

    @Option(names = "--rounds", description = "Interleaved rounds. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--json", description = "One JSON document instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      Path directory = Files.createTempDirectory("countermand-bench");
      try (BenchPipeline pipeline = BenchPipeline.start(directory, new Steps())) {
        LatencyBench.Result result =
            new LatencyBench(
                    pipeline.target(),
                    rates.isEmpty() ? List.of(200, 1000) : rates,
                    Duration.ofSeconds(seconds),
                    rounds,
                    new Steps()::step)
                .run();
        System.out.println(json ? result.toJson() : result.toText());
      }
      return 0;
    }
  }

  /** Whole jobs. */
  @Command(
      name = "throughput",
      description =
          "Prints how many records a second a bare Kafka Streams copy, scoring with all detectors"
              + " and learning take from a full topic, in one run, and their ratios to the copy.")
  static final class Throughput implements Callable<Integer> {
    @Option(
        names = "--records",
        description = "How many actions each job takes. Default: ${DEFAULT-VALUE}.")
    private int records = 300_000;

    @Option(
        names = "--rounds",
        description =
            "How many times copy and scoring are run again in the process that is warm by then."
                + " Default: ${DEFAULT-VALUE}.")
    private int rounds = 2;

    @Option(
        names = "--learn-events",
        paramLabel = "N",
        description =
            "Instead learn from so many scored actions, and print the live heap and the size of"
                + " the checkpoint on the way.")
    private int learnEvents;

    @Option(
        names = "--state-backend",
        paramLabel = "heap|rocksdb",
        description =
            "Where --learn-events keeps state: on the heap of this process, or in RocksDB on a"
                + " Flink of its own, of whose files the size is printed too. Default: heap.")
    private LearningSettings.@Nullable Backend backend;

    @Option(names = "--json", description = "One JSON document instead of a table.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
      if (spec != null && backend != null && learnEvents == 0) {
        throw new ParameterException(
            spec.commandLine(), "--state-backend is only for --learn-events.");
      }
      Path directory = Files.createTempDirectory("countermand-bench");
      Steps steps = new Steps();
      try (KafkaServer kafka =
          KafkaServer.start(
              directory.resolve("kafka"), KafkaServer.Options.defaults().withProgress(steps))) {
        KafkaSettings settings =
            new KafkaSettings(kafka.bootstrapServers(), new Topics("bench"), Map.of());
        Path scratch = directory.resolve("scratch");
        if (learnEvents > 0) {
          LearningStateBench.Result result =
              new LearningStateBench(
                      settings, learner(settings, scratch, steps), learnEvents, steps::step)
                  .run();
          System.out.println(json ? result.toJson() : result.toText());
        } else {
          ThroughputBench.Result result =
              new ThroughputBench(settings, scratch, records, rounds, steps::step).run();
          System.out.println(json ? result.toJson() : result.toText());
        }
      } finally {
        Trees.delete(directory);
      }
      return 0;
    }

    private Learner.Start learner(KafkaSettings kafka, Path scratch, Progress progress) {
      return backend == LearningSettings.Backend.ROCKSDB
          ? (from, to) -> new ClusterLearner(kafka, scratch, from, to, progress)
          : (from, to) -> new LocalLearner(kafka, scratch, from, to);
    }
  }

  /** The redactor. */
  @Command(
      name = "redact",
      description =
          "Prints how much text without a secret is redacted in a second on one core, beside a"
              + " plain scan of the same text.")
  static final class Redact implements Callable<Integer> {
    @Option(
        names = "--seconds",
        description = "How long each iteration takes. Default: ${DEFAULT-VALUE}.")
    private int seconds = 1;

    @Override
    public Integer call() {
      new Steps().step("Measuring for about " + 150 * seconds + " s");
      System.out.println(RedactBench.run(seconds));
      return 0;
    }
  }

  /** The understanding of commands. */
  @Command(
      name = "understand",
      description =
          "Prints how many commands are understood in a second on one core: each read anew, in a"
              + " mix that repeats, and by the parser alone.")
  static final class Understand implements Callable<Integer> {
    @Option(
        names = "--commands",
        paramLabel = "FILE",
        description =
            "Rows {\"command\"} as JSON lines, also gzipped, in the order they came. Default: the"
                + " cases beside the knowledge.")
    private @Nullable Path commands;

    @Option(
        names = "--seconds",
        description = "How long each iteration takes. Default: ${DEFAULT-VALUE}.")
    private int seconds = 2;

    @Override
    public Integer call() {
      new Steps().step("Measuring for about " + 16 * seconds + " s");
      System.out.println(
          UnderstandBench.run(
              commands == null ? null : commands.toAbsolutePath().toString(), seconds));
      return 0;
    }
  }
}
