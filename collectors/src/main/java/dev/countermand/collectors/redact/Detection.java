package dev.countermand.collectors.redact;

/**
 * A stretch of the original text that holds a secret.
 *
 * @param kind the kind of secret
 * @param start offset in the original text
 * @param end offset just after it
 * @param token the canonical token
 * @param rank which of two overlapping detections wins: the higher
 */
record Detection(String kind, int start, int end, String token, int rank) {

  /** An existing marker: it wins over everything and is left as it is. */
  static final int MARKER = 100;

  static final int REGISTERED = 110;
  static final int BLOCK = 90;
  static final int TOKEN = 80;
  static final int URL = 60;
  static final int HEADER = 50;
  static final int COMMAND = 40;
  static final int ASSIGNMENT = 30;
  static final int REPEATED = 10;

  @Override
  public String toString() {
    return kind + "[" + start + "," + end + ")";
  }
}
