package dev.countermand.model;

/** How far a step of containment has come. */
public enum StepState implements Wire {
  /** The intent is recorded; nothing was done yet. */
  REQUESTED,
  /** The provider said yes; that proves nothing yet. */
  ACCEPTED,
  /** A probe has shown that it holds. */
  VERIFIED,
  /** It did not succeed; the reason says why. */
  FAILED,
  /** Observe mode: this would have been done. */
  OBSERVED,
  /** Approve mode: a person must say yes. */
  AWAITING_APPROVAL,
  /** The protected list, or a person, forbids it. */
  REFUSED
}
