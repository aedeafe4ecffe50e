package dev.countermand.benchmarks;

import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.Effect;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How many commands are understood in a second on one core: cold, each read anew; in a mix that
 * repeats as its file does; and how long the parser alone takes, as a share of the cold figure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class UnderstandBench {
  private static final String FILE = "countermand.bench.commands";

  private final String[] commands = Commands.of(System.getProperty(FILE));
  private final Understanding cold = Understanding.forgetful();
  private final Understanding standard = Understanding.standard();
  private int at;

  private String next() {
    at = at + 1 == commands.length ? 0 : at + 1;
    return commands[at];
  }

  /** Each command is read anew. */
  @Benchmark
  public List<Effect> cold() {
    return cold.shell(next());
  }

  /** A command that came before is remembered. */
  @Benchmark
  public List<Effect> repeat() {
    return standard.shell(next());
  }

  /** Only the words, quotes and operators of the shell. */
  @Benchmark
  public boolean parse() {
    return cold.isComplete(next());
  }

  /**
   * Measures in a JVM of its own.
   *
   * @param file rows of JSON with the commands, or null for those of the knowledge
   * @return a table for people
   */
  public static String run(@Nullable String file, int seconds) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(UnderstandBench.class.getName())
            .forks(1)
            .warmupIterations(2)
            .warmupTime(TimeValue.seconds(seconds))
            .measurementIterations(3)
            .measurementTime(TimeValue.seconds(seconds))
            .verbosity(VerboseMode.SILENT);
    if (file != null) {
      options.jvmArgsAppend("-D" + FILE + "=" + file);
    }
    Map<String, Double> perSecond = new TreeMap<>();
    try {
      Collection<RunResult> results = new Runner(options.build()).run();
      for (RunResult result : results) {
        perSecond.put(result.getPrimaryResult().getLabel(), result.getPrimaryResult().getScore());
      }
    } catch (RunnerException e) {
      throw new IllegalStateException("the benchmark failed", e);
    }
    double coldly = perSecond.getOrDefault("cold", 0.0);
    return String.format(
        Locale.ROOT,
        "commands/s on one core%n  cold    %,12.0f%n  repeat  %,12.0f%n  parse   %,12.0f%n"
            + "share of parsing in a cold reading: %.2f%n"
            + "%d commands, %d of them different",
        coldly,
        perSecond.getOrDefault("repeat", 0.0),
        perSecond.getOrDefault("parse", 0.0),
        coldly / perSecond.getOrDefault("parse", Double.NaN),
        Commands.of(file).length,
        List.of(Commands.of(file)).stream().distinct().count());
  }
}
