package dev.countermand.model;

/** What is to become of a containment order, or of one step of its plan. */
public enum PlanAnswer implements Wire {
  /** It is done at once. */
  DO,
  /** A person, or two, must say yes first. */
  ASK,
  /** Observe mode, or somebody only asked: nothing is done. */
  SHOW,
  /** It must not be done, or its provider cannot do it. */
  REFUSE,
  /** Nobody here knows how to do it yet; once what is missing is there, it is done. */
  CANNOT
}
