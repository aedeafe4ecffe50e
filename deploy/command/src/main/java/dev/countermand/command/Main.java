package dev.countermand.command;

import dev.countermand.command.cli.Countermand;
import dev.countermand.embedded.EmbeddedServerException;
import dev.countermand.runtime.CountermandException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The entry point of the {@code countermand} command. */
public final class Main {
  /** Exit code: it did what was asked. */
  public static final int OK = 0;

  /** Exit code: it could not, or found what it was asked to look for. */
  public static final int FAILED = 1;

  /** Exit code: the call's words are off. */
  public static final int USAGE = 2;

  private Main() {}

  /** Runs one subcommand and exits with its code. */
  public static void main(String[] args) {
    int code = commandLine().execute(args);
    System.out.flush();
    System.exit(code);
  }

  /** The command line with all subcommands. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Countermand());
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (exception, failed, parsed) -> {
          if (exception instanceof CountermandException known) {
            failed.getErr().println(known.code() + ": " + known.getMessage());
          } else if (exception instanceof EmbeddedServerException known) {
            failed.getErr().println(known.code() + ": " + known.getMessage());
          } else {
            failed.getErr().println("UNEXPECTED: " + exception);
            if (System.getenv("COUNTERMAND_DEBUG") != null) {
              exception.printStackTrace(failed.getErr());
            } else {
              failed.getErr().println("Set COUNTERMAND_DEBUG=1 to see where it comes from.");
            }
          }
          return FAILED;
        });
    return line;
  }
}
