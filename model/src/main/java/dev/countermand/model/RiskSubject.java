package dev.countermand.model;

import org.jspecify.annotations.Nullable;

/** Whose risk it is. */
public enum RiskSubject implements Wire {
  /** An agent with its sub-agents, which act under its id. */
  AGENT,
  /** One session of an agent. */
  SESSION,
  /** A credential, whoever uses it. */
  CREDENTIAL,
  /** The person or team that owns registered credentials. */
  OWNER;

  /** The key of an agent on the topic of risks. */
  public static String agent(String agentId) {
    return AGENT.key(agentId);
  }

  /**
   * The key of a session on the topic of risks. The agent's part is escaped, so that no two agents
   * can mean the same session.
   */
  public static String session(String agentId, String sessionId) {
    return SESSION.key(agentId.replace("%", "%25").replace("|", "%7C") + "|" + sessionId);
  }

  /** The key of a credential on the topic of risks. */
  public static String credential(String fingerprint) {
    return CREDENTIAL.key(fingerprint);
  }

  /** The key of an owner on the topic of risks. */
  public static String owner(String name) {
    return OWNER.key(name);
  }

  /**
   * What the subject of a key is.
   *
   * @throws IllegalArgumentException when it is the key of none
   */
  public static RiskSubject kindOf(String key) {
    for (RiskSubject kind : values()) {
      if (key.startsWith(kind.key(""))) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no key of a subject");
  }

  /** The agent of an agent's or a session's key; null of the others. */
  public static @Nullable String agentOf(String key) {
    return switch (kindOf(key)) {
      case AGENT -> key.substring(AGENT.key("").length());
      case SESSION ->
          key.substring(SESSION.key("").length(), key.indexOf('|'))
              .replace("%7C", "|")
              .replace("%25", "%");
      case CREDENTIAL, OWNER -> null;
    };
  }

  /** The session of a session's key; null of the others. */
  public static @Nullable String sessionOf(String key) {
    return kindOf(key) == SESSION ? key.substring(key.indexOf('|') + 1) : null;
  }

  private String key(String id) {
    return wireName() + ":" + id;
  }
}
