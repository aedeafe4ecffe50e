package dev.countermand.detectors.grant;

/**
 * Decides what an agent may do. Implementations are safe for use by several threads, answer every
 * request, and never throw: who cannot decide says no, or asks the policy it falls back to.
 */
@FunctionalInterface
public interface GrantPolicy {

  /** Whether what is asked is granted. */
  GrantDecision decide(GrantRequest request);
}
