package dev.countermand.containment.revoker;

import java.time.Duration;

/** A real provider for {@link RevokerContract}, seen by its administrator and by its users. */
public interface RevokerRig {

  /** A new revoker of it. The caller closes it. */
  Revoker revoker();

  /** A new revoker of a provider at another port of this machine. The caller closes it. */
  Revoker revokerAt(int port, Duration timeout);

  /** A credential that works; with which something can be changed, if it can be narrowed. */
  Target freshTarget();

  /** A credential that the provider never had. */
  Target unknownTarget();

  /** Uses the credential. */
  boolean works(Target target);

  /** Reads something with it. */
  default boolean reads(Target target) {
    return works(target);
  }

  /** Changes something with it. */
  default boolean changes(Target target) {
    return works(target);
  }

  /** Everything that the provider says of it and that containment may change. */
  Object description(Target target);

  /**
   * Does, as the administrator, a part of what its rung takes, as a revoker leaves it that dies;
   * nothing where the rung is one call.
   */
  void takePart(Target target);

  /** Gives it back whole, as the administrator, so that it works with its secret of before. */
  void giveBack(Target target);
}
