package dev.countermand.containment.revoker;

import java.util.Map;

/**
 * What taking a credential away would do.
 *
 * @param grade how it can be taken back
 * @param blastRadius what is hit, for people: sessions, roles, users
 * @param isWhole whether everything was looked at; where there was too much of it, {@code
 *     blastRadius} says what was not
 * @param prior what the target is now; with it alone {@link Revoker#undo} finds the way back
 */
public record Plan(Grade grade, String blastRadius, boolean isWhole, Map<String, String> prior) {
  public Plan {
    prior = Map.copyOf(prior);
  }

  /** One for which everything was looked at. */
  public Plan(Grade grade, String blastRadius, Map<String, String> prior) {
    this(grade, blastRadius, true, prior);
  }
}
