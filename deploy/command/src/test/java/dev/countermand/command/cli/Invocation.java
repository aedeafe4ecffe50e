package dev.countermand.command.cli;

import dev.countermand.command.Main;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * What one call of the command did.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what picocli wrote to standard error
 */
record Invocation(int code, String out, String err) {

  /** Calls the command with something on its standard input. */
  static Invocation of(byte[] input, String... args) {
    InputStream in = System.in;
    PrintStream out = System.out;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(input));
      System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(errors, true, StandardCharsets.UTF_8));
      int code = line.execute(args);
      return new Invocation(
          code, written.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
    }
  }

  /** Calls the command with text on its standard input. */
  static Invocation of(String input, String... args) {
    return of(input.getBytes(StandardCharsets.UTF_8), args);
  }
}
