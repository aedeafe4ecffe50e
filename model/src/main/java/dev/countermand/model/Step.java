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
  RELEASE,
  /**
   * The agent's own processes are stopped, ended or let go on by the edge command beside them,
   * whose word it is: that runs as the agent's user.
   */
  PROCESS
}
