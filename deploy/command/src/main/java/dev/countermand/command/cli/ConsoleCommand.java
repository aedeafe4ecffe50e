package dev.countermand.command.cli;

import dev.countermand.command.Terminal;
import dev.countermand.command.stack.LocalUser;
import dev.countermand.command.stack.Roles;
import dev.countermand.runtime.config.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine.Command;

/** The console. */
@Command(
    name = "console",
    description =
        "Runs the console: a page that shows what happens, and answers, contains and releases."
            + " Prints the token to sign in with where the configuration names no user.")
final class ConsoleCommand extends RoleCommands.RoleCommand {
  @Override
  Configuration prepare(Configuration loaded) {
    try {
      return LocalUser.ensure(loaded);
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
    return "The console listens on http://" + c.console().host() + ":" + c.console().port() + ".";
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
