package dev.countermand.detectors;

import dev.countermand.model.Finding;
import java.util.Optional;

/**
 * Decides whether one action, with what came before it, is worth a finding. A detector is final,
 * has a public constructor without arguments, keeps nothing between calls and reads no clock; it is
 * found by {@link java.util.ServiceLoader}. Safe for use by several threads.
 */
public interface Detector {

  /** The stable id of the rule: lower case, words joined by {@code -}. */
  String id();

  /** The rule in a few words for people. */
  String name();

  /**
   * Whether a situation without history says nothing to this detector. The gateway, which has no
   * history, leaves such detectors out.
   */
  default boolean needsHistory() {
    return false;
  }

  /**
   * What the detector finds in a situation; empty when it has nothing to say. The same situation
   * always gives the same finding.
   */
  Optional<Finding> detect(Situation situation);
}
