package dev.countermand.command.cli;

import dev.countermand.command.bench.ContainBench;
import dev.countermand.command.bench.ContainResult;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Containment at real providers. */
@Command(
    name = "contain",
    description =
        "Prints how long containment takes from the order to the provider's yes and to the proof,"
            + " at a PostgreSQL, a Keycloak and a Kafka that are started for it, and how soon a"
            + " gateway denies the agent.")
final class BenchContain implements Callable<Integer> {
  private static final int MOST = 1_000;

  @Option(
      names = "--orders",
      description = "How many orders count at each provider, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int orders = 50;

  @Option(names = "--json", description = "One JSON document instead of a table.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (spec != null && (orders < 1 || orders > MOST)) {
      throw new ParameterException(spec.commandLine(), "--orders must be 1 to " + MOST + ".");
    }
    ContainResult result = ContainBench.run(orders, new Steps());
    System.out.println(json ? result.toJson() : result.toText());
    return 0;
  }
}
