package dev.countermand.command;

import java.util.List;

/**
 * Whether people sit at the other end. The launcher tells, because {@link System#console()} means
 * something else from JDK 22 on.
 */
public final class Terminal {
  private static final List<String> ENDS =
      List.of(System.getProperty("countermand.terminal", "").split(",", -1));

  private Terminal() {}

  /** Whether standard input is a terminal. */
  public static boolean isInput() {
    return ENDS.contains("in");
  }

  /** Whether standard error is a terminal. */
  public static boolean isError() {
    return ENDS.contains("err");
  }

  /** Whether colours can be printed: standard output is a terminal, and NO_COLOR is not set. */
  public static boolean hasColours() {
    return ENDS.contains("out") && System.getenv("NO_COLOR") == null;
  }
}
