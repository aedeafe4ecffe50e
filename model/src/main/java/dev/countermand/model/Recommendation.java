package dev.countermand.model;

/** What a finding asks for. The order is from mild to strict. */
public enum Recommendation implements Wire {
  /** Tell the people who watch. */
  NOTIFY,
  /** Let a person decide before the action goes on. */
  ASK,
  /** Refuse this action. */
  DENY,
  /** Refuse it and take the credentials away. */
  CONTAIN
}
