package dev.countermand.collectors.edge;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The modes of the terminal that the agent shares with the edge. An agent that is stopped cannot
 * put back what it set, and a terminal in raw mode takes no Ctrl-C. Of one thread.
 */
final class TerminalModes {
  // Not looked for on the PATH: the agent may put a program of its own there.
  private static final String STTY =
      new File("/usr/bin/stty").exists() ? "/usr/bin/stty" : "/bin/stty";

  private final String before = modes();
  private String agents = "";

  /** The agent is stopped or has ended: the terminal is as it was before it. */
  void leave() {
    if (!before.isEmpty()) {
      agents = modes();
      set(before);
    }
  }

  /** The agent goes on: the terminal is as the agent had it. */
  void enter() {
    if (!agents.isEmpty()) {
      set(agents);
    }
  }

  // Empty where standard input is no terminal.
  private static String modes() {
    try {
      Process stty =
          new ProcessBuilder(STTY, "-g")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String modes =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return stty.waitFor() == 0 ? modes : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static void set(String modes) {
    try {
      new ProcessBuilder(STTY, modes).inheritIO().start().waitFor();
    } catch (IOException e) {
      // A terminal that went away has no modes to put back.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
