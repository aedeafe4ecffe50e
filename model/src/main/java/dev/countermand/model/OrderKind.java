package dev.countermand.model;

/** What a containment order asks for. */
public enum OrderKind implements Wire {
  /** Stop the agent and take its credentials away. */
  CONTAIN,
  /** Say what containing it would do, and do nothing. */
  PLAN,
  /** Put back what containment took. */
  RELEASE
}
