package dev.countermand.detectors;

import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Verb;
import java.util.Comparator;
import java.util.Optional;

/**
 * The worst that an action does or tries, in a few words: what, to what, where, with which
 * credential. Titles of incidents are made of it. Pure.
 *
 * @param words at most {@value #MAX} characters in one line; names in it may be the agent's own
 * @param gravity how grave it is, always positive; greater is graver. It is of what was understood,
 *     never of the words
 */
public record Deed(String words, long gravity) {
  /** Longest, in characters. */
  public static final int MAX = 160;

  private static final int MAX_NAME = 60;
  private static final String TRIED = "tried to ";
  private static final String LOCAL = "local";

  private static final Comparator<Effect> GRAVITY =
      Comparator.comparing(Effect::verb).thenComparing(Deed::isProduction);

  /** What a situation comes down to; empty where nothing is known of what it does. */
  public static Optional<Deed> of(Situation situation) {
    boolean isDone = isDone(situation.action());
    return situation.located().stream()
        .max(GRAVITY)
        .map(worst -> new Deed(words(worst, isDone, situation), gravity(worst, isDone)));
  }

  private static String words(Effect worst, boolean isDone, Situation situation) {
    Resource resource = worst.resource();
    String where = resource.environment();
    // What is on the machine that is called from says little of what was hit.
    boolean isTold = !where.equals(LOCAL) && !where.equals(Resource.UNKNOWN_ENVIRONMENT);
    String words =
        verb(worst.verb(), isDone)
            + " "
            + resource.type()
            + (resource.id().isEmpty() ? "" : " " + Text.line(resource.id(), MAX_NAME))
            + (isTold ? " in " + Text.line(where, MAX_NAME) : "")
            + credential(situation);
    return Text.line(words, MAX);
  }

  /**
   * The verb first, then whether it hits production, then whether it is known to have happened.
   * Numbers stand in records: they stay as they are, and a verb that is added takes one between.
   */
  private static long gravity(Effect effect, boolean isDone) {
    long verb =
        switch (effect.verb()) {
          case READ -> 10;
          case EXECUTE -> 20;
          case WRITE -> 30;
          case SEND -> 40;
          case READ_SECRET -> 50;
          case GRANT -> 60;
          case DELETE -> 70;
          case DESTROY -> 80;
        };
    return verb + (isProduction(effect) ? 2 : 0) + (isDone ? 1 : 0);
  }

  private static boolean isProduction(Effect effect) {
    return effect.resource().environment().equals("production");
  }

  private static boolean isDone(Action action) {
    return action.phase() == Phase.RESULT && action.outcome() == Outcome.SUCCESS;
  }

  private static String verb(Verb verb, boolean done) {
    return switch (verb) {
      case READ -> done ? "read" : TRIED + "read";
      case EXECUTE -> done ? "executed" : TRIED + "execute";
      case WRITE -> done ? "wrote" : TRIED + "write";
      case SEND -> done ? "sent" : TRIED + "send";
      case READ_SECRET -> done ? "read the secret" : TRIED + "read the secret";
      case GRANT -> done ? "granted" : TRIED + "grant";
      case DELETE -> done ? "deleted" : TRIED + "delete";
      case DESTROY -> done ? "destroyed" : TRIED + "destroy";
    };
  }

  private static String credential(Situation situation) {
    return situation.action().credentials(CredentialRole.USED).stream()
        .findFirst()
        .map(
            mention ->
                situation
                    .registered(mention)
                    .map(Credential::name)
                    .map(name -> " with " + Text.line(name, MAX_NAME))
                    .orElseGet(() -> " with an unregistered " + mention.kind()))
        .orElse("");
  }
}
