package dev.countermand.model;

/** Whether an agent may act. */
public enum ContainmentStatus implements Wire {
  /** Every gateway denies it. */
  CONTAINED,
  /** It was contained and has been released. */
  RELEASED,
  /** An order waits for a person; the agent may act meanwhile. */
  AWAITING_APPROVAL
}
