package dev.countermand.command.cli;

import dev.countermand.command.Terminal;
import dev.countermand.command.replay.TopicStage;
import dev.countermand.command.stack.LocalUser;
import dev.countermand.command.stack.Roles;
import dev.countermand.runtime.config.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The console. */
@Command(
    name = "console",
    description =
        "Runs the console: a page that shows what happens, and answers, contains and releases."
            + " Prints the token to sign in with where the configuration names no user.")
final class ConsoleCommand extends RoleCommands.RoleCommand {
  @Option(
      names = "--replay",
      paramLabel = "PREFIX",
      description =
          "Show the replay under this prefix, which begins with replay-, while it is played or when"
              + " it is over; nothing can be done in it.")
  private @Nullable String replay;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Listen on this port. Default: console.port of the configuration.")
  private @Nullable Integer port;

  @Override
  Configuration prepare(Configuration loaded) {
    Configuration config =
        port == null ? loaded : loaded.with(loaded.console().onPort(port.intValue()));
    if (replay != null) {
      TopicStage.requireLegal(config.kafka().settings(), replay);
      config = config.with(config.kafka().withPrefix(replay));
    }
    try {
      return LocalUser.ensure(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  AutoCloseable start(Roles roles) {
    return roles.console();
  }

  @Override
  String describe(Configuration c) {
    printToken(c, "");
    return "The console "
        + (replay == null ? "" : "of " + replay + " ")
        + "listens on http://"
        + c.console().host()
        + ":"
        + c.console().port()
        + ".";
  }

  /** Tells a person at the terminal how to sign in; where it goes to a file, without the token. */
  static void printToken(Configuration c, String indent) {
    LocalUser.token(c)
        .ifPresent(
            token ->
                System.err.println(
                    indent
                        + "sign in as     "
                        + LocalUser.NAME
                        + ", "
                        + (Terminal.isError()
                            ? "token " + token.read() + " (kept in " + token.file() + ")"
                            : "its token in " + token.file())));
  }
}
