package dev.countermand.model;

/** How hard a containment order takes hold. Each rung includes the ones before it. */
public enum Rung implements Wire {
  /** Every gateway denies the agent; nothing is done at a provider. */
  PAUSE,
  /** Its credentials can no longer change or delete anything, where the provider can do that. */
  NARROW,
  /** Its credentials are disabled and their live sessions cut, so that all can be given back. */
  SUSPEND,
  /** Its credentials are destroyed: they cannot be given back. */
  REVOKE
}
