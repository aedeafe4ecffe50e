package dev.countermand.model;

/** The answer to an agent that is about to act. */
public enum Decision implements Wire {
  ALLOW,
  ASK,
  DENY;

  /** The stricter of the two. */
  public Decision or(Decision other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
