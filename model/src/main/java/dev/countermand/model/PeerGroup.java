package dev.countermand.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The agents that an agent is compared with while little is known of it: those of its kind whose
 * tasks have the same profile.
 *
 * <p>Both words come from the configuration of the gateway and from who opens tasks, never from the
 * agent, which could hide among the busiest otherwise. So there are as many groups as people named.
 *
 * @param kind of agent; where the configuration says none, what kind of witness tells of it
 * @param profile of the task that holds, or of the agent's profile; {@value #NONE} for none
 */
public record PeerGroup(String kind, String profile) {
  /** The prefix of subjects that are a group. */
  public static final String PREFIX = "peers:";

  /** The profile of what has none. */
  public static final String NONE = "none";

  /** What a kind and a profile must be, for messages. */
  public static final String WORD_CHOICE = "must be lower-case letters, digits and -, at most 64";

  private static final Pattern WORD = Pattern.compile("[a-z0-9-]{1,64}");
  private static final int MAX_WITNESS = 64;

  /** Whether a text can be a kind of agent or a profile. */
  public static boolean isWord(@Nullable String text) {
    return text != null && WORD.matcher(text).matches();
  }

  /**
   * The group of the agent that acts; what is no word counts as not there.
   *
   * @param profile that holds for the action; null for none
   */
  public static PeerGroup of(Action action, @Nullable String profile) {
    String kind = action.agentKind();
    String witness = action.witness();
    String told = witness.length() > MAX_WITNESS ? witness.substring(0, MAX_WITNESS) : witness;
    return new PeerGroup(
        kind != null && isWord(kind) ? kind : told,
        profile != null && isWord(profile) ? profile : NONE);
  }

  /** The subject of its baselines: {@code peers:<kind>/<profile>}. */
  public String subject() {
    return PREFIX + kind + "/" + profile;
  }
}
