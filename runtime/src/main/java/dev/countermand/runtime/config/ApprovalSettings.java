package dev.countermand.runtime.config;

import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;

/**
 * What people must say yes to, and for how long they can.
 *
 * @param expire after so long an order that waits is dropped; 4 h by default
 * @param persons how many must say yes to what cannot be taken back, not counting whoever ordered
 *     it; 2 by default
 * @param own whether the yes of whoever ordered is enough alone; false by default
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructor puts the default
public record ApprovalSettings(Duration expire, Integer persons, Boolean own) {
  /** As above. */
  public static final ApprovalSettings DEFAULT = new ApprovalSettings(null, null, null);

  private static final int MAX_PERSONS = 10;

  public ApprovalSettings {
    expire = Values.or(expire, Duration.ofHours(4));
    persons = Values.or(persons, 2);
    own = Values.or(own, false);
    if (expire.isNegative() || expire.isZero()) {
      throw new ConfigurationProblem("containment.approvals.expire must be positive");
    }
    if (persons < 1 || persons > MAX_PERSONS) {
      throw new ConfigurationProblem("containment.approvals.persons must be 1 to " + MAX_PERSONS);
    }
  }
}
