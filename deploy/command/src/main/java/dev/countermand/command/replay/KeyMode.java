package dev.countermand.command.replay;

import dev.countermand.runtime.CountermandException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The terminal of this process, made to give every key at once and to show none; as it was when
 * this is closed, or the process ends. Java has no call for that: {@code stty} does it.
 */
public final class KeyMode implements AutoCloseable {
  private static final File TERMINAL = new File("/dev/tty");
  private static final int SECONDS = 5;

  private final String before;
  private final Thread atExit = new Thread(this::restore, "terminal-restore");

  /**
   * Changes the mode.
   *
   * @throws CountermandException TERMINAL_UNUSABLE when there is no terminal, or no stty
   */
  public KeyMode() {
    this.before = stty("-g").strip();
    Runtime.getRuntime().addShutdownHook(atExit);
    stty("-icanon", "-echo", "min", "1", "time", "0");
  }

  private static String stty(String... words) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      // What it says is one line: it cannot fill the pipe.
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      if (ended && process.exitValue() == 0) {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      }
      throw unusable(null);
    } catch (IOException e) {
      throw unusable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unusable(e);
    }
  }

  private static CountermandException unusable(@org.jspecify.annotations.Nullable Exception e) {
    return new CountermandException(
        "TERMINAL_UNUSABLE",
        "The terminal cannot be made to give single keys by stty. Call the command with its input"
            + " from /dev/null to play without them.",
        e);
  }

  private void restore() {
    stty(before);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    restore();
  }
}
