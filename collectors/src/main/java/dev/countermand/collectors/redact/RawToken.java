package dev.countermand.collectors.redact;

/**
 * Holds a token in the clear for the one who seals it. It has no bean property and its {@code
 * toString} is constant, so that no log, exception or JSON mapper shows it by accident.
 */
final class RawToken {

  private final String value;

  RawToken(String value) {
    this.value = value;
  }

  String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "[hidden]";
  }
}
