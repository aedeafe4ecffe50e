package dev.countermand.command.cli;

import dev.countermand.collectors.edge.EdgeRun;
import dev.countermand.collectors.edge.GatewayLink;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.SecretRef;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What runs on the agent's own machine. */
@Command(
    name = "edge",
    description = "Runs on the agent's machine: its processes are stopped and ended with it.",
    subcommands = EdgeCommand.Run.class)
final class EdgeCommand {
  private EdgeCommand() {}

  /** Runs an agent. */
  @Command(
      name = "run",
      description =
          "Runs an agent in a session of its own. When the agent is contained its processes are"
              + " stopped, or ended for good, and go on when it is released. Exits as the agent"
              + " does; 125 when the agent is contained, or cannot be started.")
  static final class Run implements Callable<Integer> {
    /** As of env(1) and timeout(1): what runs the command has failed, and not the command. */
    static final int NOT_STARTED = 125;

    private static final String TOKEN_ENV = "COUNTERMAND_TOKEN";

    @Option(
        names = "--agent",
        required = true,
        defaultValue = "${env:COUNTERMAND_AGENT}",
        description = "The agent. Default: $COUNTERMAND_AGENT.")
    private String agent = "";

    @Option(
        names = "--gateway",
        paramLabel = "URL",
        defaultValue = "${env:COUNTERMAND_URL:-http://127.0.0.1:7077}",
        description = "The gateway. Default: $COUNTERMAND_URL, or http://127.0.0.1:7077.")
    private URI gateway = URI.create("http://127.0.0.1:7077");

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        defaultValue = "${env:COUNTERMAND_TOKEN_FILE}",
        description =
            "Where the token of the agent's source is. Default: $COUNTERMAND_TOKEN_FILE; without"
                + " it the token itself is read from $COUNTERMAND_TOKEN.")
    private @Nullable Path tokenFile;

    @Parameters(
        arity = "1..*",
        paramLabel = "COMMAND",
        description = "The agent's command with its words, behind --.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
      try {
        String token = new SecretRef(tokenFile, tokenFile == null ? TOKEN_ENV : null).read();
        return new EdgeRun(agent, command, new GatewayLink(gateway, token, agent), System.err)
            .run();
      } catch (CountermandException e) {
        System.err.println(e.code() + ": " + e.getMessage());
        return NOT_STARTED;
      }
    }
  }
}
