package dev.countermand.streams;

/**
 * The keys that an agent has in the {@link AgentStore}. The length of its id stands before it, so
 * that no two agents can have one key.
 *
 * @param state of its state without its memory
 * @param memory of its memory
 * @param results what the keys of its results begin with
 * @param end after all results, and before whatever else there is
 */
record AgentKeys(String state, String memory, String results, String end) {
  static AgentKeys of(String agent) {
    String own = "|" + agent.length() + "|" + agent;
    return new AgentKeys("s" + own + "|", "m" + own + "|", "r" + own + "|", "r" + own + "}");
  }
}
