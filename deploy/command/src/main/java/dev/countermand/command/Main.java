package dev.countermand.command;

import dev.countermand.command.cli.Countermand;
import dev.countermand.embedded.EmbeddedServerException;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.http.Refusal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
          } else if (exception instanceof Refusal known) {
            failed.getErr().println(known.code() + ": " + known.message());
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
    IParameterExceptionHandler standard = line.getParameterExceptionHandler();
    line.setParameterExceptionHandler(
        (wrong, arguments) -> {
          Optional<String> unknown = unknownOption(wrong);
          if (unknown.isEmpty()) {
            return standard.handleParseException(wrong, arguments);
          }
          CommandLine failed = wrong.getCommandLine();
          Set<String> known = failed.getCommandSpec().optionsMap().keySet();
          String suggestion =
              ConfigurationLoader.closest(unknown.get(), known)
                  .map(option -> " Did you mean " + option + "?")
                  .orElse("");
          failed.getErr().println("Unknown option " + unknown.get() + "." + suggestion);
          failed.getErr().println("See: " + failed.getCommandSpec().qualifiedName() + " --help");
          return failed.getCommandSpec().exitCodeOnInvalidInput();
        });
    return line;
  }

  private static Optional<String> unknownOption(ParameterException wrong) {
    return wrong instanceof UnmatchedArgumentException unmatched
        ? unmatched.getUnmatched().stream()
            .filter(word -> word.startsWith("-"))
            .map(word -> word.replaceAll("=.*", ""))
            .findFirst()
        : Optional.empty();
  }
}
