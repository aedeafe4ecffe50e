package dev.countermand.model;

/** How grave a finding or an effect is. */
public enum Severity implements Wire {
  NONE(0),
  LOW(21),
  MEDIUM(47),
  HIGH(73),
  CRITICAL(99);

  private final int score;

  Severity(int score) {
    this.score = score;
  }

  /** The number for ECS {@code event.severity}: the values Elastic's detection rules use. */
  public int score() {
    return score;
  }

  /** The graver of the two. */
  public Severity or(Severity other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
