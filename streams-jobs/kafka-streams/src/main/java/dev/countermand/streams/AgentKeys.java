package dev.countermand.streams;

/**
 * The keys that an agent has in the {@link AgentStore}. The length of its id stands before it, so
 * that no two agents can have one key.
 *
 * @param state of its state without its memory
 * @param memory of its memory
 * @param results what the keys of its results begin with
 * @param resultsEnd after all results, and before whatever else there is
 * @param runs what the keys of its runs of results begin with
 * @param runsEnd after all runs, and before whatever else there is
 */
record AgentKeys(
    String state, String memory, String results, String resultsEnd, String runs, String runsEnd) {
  static AgentKeys of(String agent) {
    String own = "|" + agent.length() + "|" + agent;
    return new AgentKeys(
        "s" + own + "|",
        "m" + own + "|",
        "r" + own + "|",
        "r" + own + "}",
        "b" + own + "|",
        "b" + own + "}");
  }
}
