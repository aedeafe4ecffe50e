package dev.countermand.model;

/** How far an incident has come. */
public enum IncidentStatus implements Wire {
  /** Findings come in, and the agent may act. */
  OPEN,
  /** The agent is contained; a person has to look at it and release it. */
  CONTAINED,
  /** Nothing came for long, or a person released the agent. */
  CLOSED
}
