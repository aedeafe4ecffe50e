package dev.countermand.model;

/** How an action touches a credential. */
public enum CredentialRole implements Wire {
  /** The agent has come to see it. */
  SIGHTED,
  /** The action is made with it. */
  USED
}
