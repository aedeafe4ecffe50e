package dev.countermand.model;

/** Whether an action is about to happen or has happened. */
public enum Phase implements Wire {
  /** The agent asks to act; nothing has happened yet. */
  ATTEMPT,
  /** The action has ended, well or badly. */
  RESULT,
  /** Something about the session, such as its start; not an action on the world. */
  NOTICE
}
