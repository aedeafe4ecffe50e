package dev.countermand.model;

/** What a containment order asks for. */
public enum OrderKind implements Wire {
  /** Stop the agent and take its credentials away. */
  CONTAIN,
  /** Put back what containment took. */
  RELEASE
}
