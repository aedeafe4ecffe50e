package dev.countermand.detectors.understand;

/** Reads the arguments of a family of programs whose grammar data cannot say. Stateless. */
interface Program {

  /** Adds the effects of one invocation. */
  void read(Invocation call, Effects out);
}
