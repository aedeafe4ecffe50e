package dev.countermand.model;

/** How an action ended. */
public enum Outcome implements Wire {
  /** It did what it was asked to. */
  SUCCESS,
  /** It failed. */
  FAILURE,
  /** Nobody said. */
  UNKNOWN
}
