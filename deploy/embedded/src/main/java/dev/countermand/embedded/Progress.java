package dev.countermand.embedded;

/**
 * Hears what a starting server is doing, one sentence per step. Called on the thread that starts
 * the server.
 */
@FunctionalInterface
public interface Progress {
  void step(String sentence);

  /** A listener that ignores every step. */
  static Progress silent() {
    return sentence -> {};
  }
}
