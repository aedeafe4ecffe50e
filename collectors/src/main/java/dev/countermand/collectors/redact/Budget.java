package dev.countermand.collectors.redact;

/**
 * What one event may cost. Counted in characters looked at and not in time, so that the same text
 * always has the same result.
 */
final class Budget {

  /** Thrown inside the redactor only; carries no text. */
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("redaction budget exceeded", null, false, false);
    }
  }

  private static final int WORK_PER_CHAR = 40;
  private static final int WORK_FLOOR = 200_000;
  private static final int MAX_FINDINGS = 20_000;
  private static final int MAX_KNOWN_CANDIDATES = 2_000;

  private long work;
  private int findings = MAX_FINDINGS;
  private int candidates = MAX_KNOWN_CANDIDATES;

  Budget(int length) {
    this.work = (long) length * WORK_PER_CHAR + WORK_FLOOR;
  }

  void spend(long characters) {
    work -= characters;
    if (work < 0) {
      throw new Exceeded();
    }
  }

  void finding() {
    if (--findings < 0) {
      throw new Exceeded();
    }
  }

  /** Takes one fingerprint computation; false when the event has used up its share. */
  boolean takeCandidate() {
    return candidates-- > 0;
  }
}
