package dev.countermand.model;

/** A step of carrying out a containment order. */
public enum Step implements Wire {
  /** Every gateway denies the agent. */
  KILL_SWITCH,
  /** A credential is taken away at its provider. */
  REVOKE,
  /** A credential is given back at its provider. */
  RESTORE,
  /** Every gateway lets the agent act again. */
  RELEASE
}
