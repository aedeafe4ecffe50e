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
import org.jspecify.annotations.Nullable;

/**
 * The worst that an action does or tries, in a few words: what, to what, where, with which
 * credential. Titles of incidents are made of it. Pure.
 */
public final class Deed {
  /** Longest, in characters. */
  public static final int MAX = 160;

  private static final int MAX_NAME = 60;
  private static final String TRIED = "tried to ";
  private static final String LOCAL = "local";

  private static final Comparator<Effect> GRAVITY =
      Comparator.comparing(Effect::verb)
          .thenComparing(effect -> effect.resource().environment().equals("production"));

  private Deed() {}

  /** What a situation comes down to; null where nothing is known of what it does. */
  public static @Nullable String of(Situation situation) {
    Optional<Effect> worst = situation.located().stream().max(GRAVITY);
    if (worst.isEmpty()) {
      return null;
    }
    Resource resource = worst.get().resource();
    String where = resource.environment();
    // What is on the machine that is called from says little of what was hit.
    boolean isTold = !where.equals(LOCAL) && !where.equals(Resource.UNKNOWN_ENVIRONMENT);
    String words =
        verb(worst.get().verb(), isDone(situation.action()))
            + " "
            + resource.type()
            + (resource.id().isEmpty() ? "" : " " + Text.line(resource.id(), MAX_NAME))
            + (isTold ? " in " + Text.line(where, MAX_NAME) : "")
            + credential(situation);
    return Text.line(words, MAX);
  }

  /** How much a deed of those that {@link #of} makes weighs; 0 for other words. */
  public static int weight(String deed) {
    for (Verb verb : Verb.values()) {
      for (boolean done : new boolean[] {true, false}) {
        if (deed.startsWith(verb(verb, done) + " ")) {
          return 2 * verb.ordinal() + (done ? 2 : 1);
        }
      }
    }
    return 0;
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
