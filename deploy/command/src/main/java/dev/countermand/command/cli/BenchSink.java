package dev.countermand.command.cli;

import dev.countermand.command.bench.SinkBench;
import dev.countermand.command.bench.SinkResult;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The way into Elasticsearch. */
@Command(
    name = "sink",
    description =
        "Prints how many documents a second the sink takes from Kafka to Elasticsearch, and a bare"
            + " bulk of the same bytes, in turns, and their ratio.")
final class BenchSink implements Callable<Integer> {
  private static final int FEWEST = 1_000;
  private static final int MOST = 1_000_000;

  @Option(
      names = "--documents",
      description = "How many each turn takes, 1000 to 1000000. Default: ${DEFAULT-VALUE}.")
  private int documents = 100_000;

  @Option(names = "--rounds", description = "Interleaved rounds. Default: ${DEFAULT-VALUE}.")
  private int rounds = 3;

  @Option(names = "--json", description = "One JSON document instead of a table.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (spec != null && (documents < FEWEST || documents > MOST)) {
      throw new ParameterException(
          spec.commandLine(), "--documents must be " + FEWEST + " to " + MOST + ".");
    }
    if (spec != null && rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be at least 1.");
    }
    SinkResult result = SinkBench.run(documents, rounds, new Steps());
    System.out.println(json ? result.toJson() : result.toText());
    return 0;
  }
}
