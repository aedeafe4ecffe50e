package dev.countermand.model;

/** Whether a task grants anything. */
public enum TaskStatus implements Wire {
  /** It grants its scope between its from and until. */
  OPEN,
  /** It grants nothing. */
  CLOSED
}
