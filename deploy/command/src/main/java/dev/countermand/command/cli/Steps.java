package dev.countermand.command.cli;

import dev.countermand.embedded.Progress;
import java.util.Locale;

/** Progress on standard error, with the seconds since the start; standard output stays clean. */
final class Steps implements Progress {
  private final long start = System.nanoTime();

  @Override
  public void step(String sentence) {
    System.err.printf(Locale.ROOT, "[%5.1f s] %s%n", (System.nanoTime() - start) / 1e9, sentence);
  }
}
