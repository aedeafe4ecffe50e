package dev.countermand.collectors.redact;

/** Looks around one hit of a literal and reports what it finds; linear in what it looks at. */
@FunctionalInterface
interface Probe {

  /**
   * Examines the text around a hit.
   *
   * @param scan the text and where to report
   * @param start where the literal begins
   * @param end just after the literal
   */
  void examine(Scan scan, int start, int end);
}
