package dev.countermand.command.cli;

import dev.countermand.command.bench.ConsoleBench;
import dev.countermand.command.bench.ConsoleResult;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The console over many actions. */
@Command(
    name = "console",
    description =
        "Prints how soon the console's pages, and a timeline of 10,000 entries, are there over many"
            + " generated actions, on a Kafka and an Elasticsearch that are started for it.")
final class BenchConsole implements Callable<Integer> {
  private static final int LEAST = 10_000;
  private static final int MOST = 20_000_000;

  @Option(
      names = "--documents",
      description = "How many actions are indexed, from 10,000. Default: ${DEFAULT-VALUE}.")
  private int documents = 200_000;

  @Option(names = "--json", description = "One JSON document instead of a table.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (spec != null && (documents < LEAST || documents > MOST)) {
      throw new ParameterException(
          spec.commandLine(), "--documents must be " + LEAST + " to " + MOST + ".");
    }
    ConsoleResult result = ConsoleBench.run(documents, new Steps());
    System.out.println(json ? result.toJson() : result.toText());
    return 0;
  }
}
