package dev.countermand.collectors.gateway;

import dev.countermand.model.Verdict;
import java.util.Set;

/**
 * The answer to an attempt.
 *
 * @param verdict the verdict
 * @param because what led to a verdict without the scorer; {@code verdict} when the scorer's stands
 */
record Answer(Verdict verdict, String because) {
  static final String SCORING = "scoring";
  static final String KILL_SWITCH = "kill-switch";
  static final String LOCAL = "local";

  private static final Set<String> GATEWAY = Set.of(KILL_SWITCH, LOCAL);

  /** Whether a gateway gave the verdict, and not the scorer. */
  static boolean byGateway(Verdict verdict) {
    return GATEWAY.contains(verdict.by());
  }
}
