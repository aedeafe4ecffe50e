package dev.countermand.model;

/** What is done with the events of a stream of signals (Shared Signals Framework 1.0, 8.1.2). */
public enum StreamStatus implements Wire {
  /** They are delivered. */
  ENABLED,
  /** They wait. */
  PAUSED,
  /** They are dropped. */
  DISABLED,
  /** The receiver gave the stream up; they are dropped. */
  DELETED
}
