package dev.countermand.containment.revoker;

import java.util.Map;

/**
 * What taking a credential away would do.
 *
 * @param grade how it can be taken back
 * @param blastRadius what is hit, for people: sessions, roles, users
 * @param prior what the target is now; with it alone {@link Revoker#undo} finds the way back
 */
public record Plan(Grade grade, String blastRadius, Map<String, String> prior) {
  public Plan {
    prior = Map.copyOf(prior);
  }
}
