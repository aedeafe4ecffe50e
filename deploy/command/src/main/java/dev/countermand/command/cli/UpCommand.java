package dev.countermand.command.cli;

import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.command.stack.LocalSource;
import dev.countermand.command.stack.LocalUser;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.GatewaySettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts everything in one go. */
@Command(
    name = "up",
    description =
        "Starts a real Kafka, a real Elasticsearch and every role, and keeps them up until Ctrl-C."
            + " Data stays in the data directory.")
final class UpCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--kafka-port",
      description = "The port of Kafka; 0 for a free one. Default: ${DEFAULT-VALUE}.")
  private int kafkaPort = 9092;

  @Option(
      names = "--elasticsearch-port",
      description = "The port of Elasticsearch; 0 for a free one. Default: ${DEFAULT-VALUE}.")
  private int elasticsearchPort = 9200;

  @Override
  public Integer call() throws Exception {
    Configuration configuration =
        LocalUser.ensure(LocalSource.ensure(config.load(), LocalSource.Speaks.FOR_ONE_AGENT));
    Steps steps = new Steps();
    try (EmbeddedStack stack =
        EmbeddedStack.start(
            configuration,
            new EmbeddedStack.Servers(kafkaPort, elasticsearchPort, EmbeddedStack.Index.RUNS),
            steps)) {
      stack.awaitIndex();
      steps.step("Everything is up; Ctrl-C ends it");
      stack.console().ifPresent(page -> System.err.println("  console        " + page));
      ConsoleCommand.printToken(configuration, "  ");
      System.err.println("  gateway        " + stack.gateway());
      System.err.println("  Kafka          " + stack.config().kafka().bootstrap());
      System.err.println("  Elasticsearch  " + stack.config().elasticsearch().url());
      for (GatewaySettings.Source source : configuration.gateway().sources()) {
        System.err.println(
            "  source         "
                + source.name()
                + ", its token in "
                + (source.token().file() != null
                    ? source.token().file()
                    : "$" + source.token().env()));
      }
      stack.await();
    }
    return 0;
  }
}
