package dev.countermand.detectors.understand;

/** Whether what was done can be put back with ordinary means. */
enum Reversal {
  POSSIBLE,
  IMPOSSIBLE;

  static Reversal of(boolean reversible) {
    return reversible ? POSSIBLE : IMPOSSIBLE;
  }
}
