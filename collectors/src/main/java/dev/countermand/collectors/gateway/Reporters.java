package dev.countermand.collectors.gateway;

import dev.countermand.collectors.report.Reporter;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Refusal;
import org.jspecify.annotations.Nullable;

/** Says who reports for which agent. Thread-safe. */
final class Reporters {
  private final PersonRecords records;

  Reporters(PersonRecords records) {
    this.records = records;
  }

  /**
   * The reporter of a request.
   *
   * @param named the agent that the request names, if it names one
   * @param agentName what the request calls it
   * @throws Refusal SOURCE_NOT_THIS_AGENT, AGENT_REQUIRED, AGENT_INVALID, AGENT_HOLDS_SECRET
   */
  Reporter reporter(
      GatewaySettings.Source source, @Nullable String named, @Nullable String agentName) {
    String own = source.agent();
    if (own != null && named != null && !own.equals(named)) {
      throw new Refusal(
          403,
          "SOURCE_NOT_THIS_AGENT",
          "This token may report for one agent only, and the request names another.");
    }
    String agent = own == null ? named : own;
    if (agent == null || agent.isEmpty()) {
      throw new Refusal(
          400,
          "AGENT_REQUIRED",
          "This token is not bound to an agent. Name it: agent.id in an action, or the header"
              + " X-Countermand-Agent with a hook.");
    }
    if (!Sources.isAgent(agent)) {
      throw new Refusal(400, "AGENT_INVALID", "The agent's id must match " + Sources.AGENT + ".");
    }
    records.agent(agent);
    String name = source.agentName();
    return new Reporter(
        source.name(),
        source.witness(),
        source.environment(),
        agent,
        name == null ? agentName : name,
        // What an agent says of itself must not choose whom it is compared with.
        source.agentKind(),
        source.repositoryTasks());
  }
}
