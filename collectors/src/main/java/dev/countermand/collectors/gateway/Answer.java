package dev.countermand.collectors.gateway;

import dev.countermand.model.Approval;
import dev.countermand.model.Decision;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import java.time.Instant;
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

  static final String APPROVAL = "approval";

  private static final Set<String> GATEWAY = Set.of(KILL_SWITCH, LOCAL, APPROVAL);
  private static final int MAX_NAME = 128;
  private static final int MAX_REASON = 1_000;

  /** What a person said of an attempt that scoring asks about. */
  static Answer of(Verdict ask, Approval said, Instant now) {
    boolean yes = said.decision() == Decision.ALLOW;
    String reason =
        "Countermand: %s %s this action: %s"
            .formatted(
                cut(said.by(), MAX_NAME),
                yes ? "allowed" : "denied",
                cut(said.reason(), MAX_REASON));
    return new Answer(
        new Verdict(
            ask.actionId(),
            now,
            ask.agentId(),
            said.decision(),
            reason,
            APPROVAL,
            ask.findings(),
            Extra.NONE),
        yes ? "approved" : "denied");
  }

  /** Whether a person allowed this very action. */
  static boolean allowedByAPerson(Verdict verdict) {
    return verdict.decision() == Decision.ALLOW && verdict.by().equals(APPROVAL);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  /** Whether a gateway gave the verdict, and not the scorer. */
  static boolean byGateway(Verdict verdict) {
    return GATEWAY.contains(verdict.by());
  }
}
