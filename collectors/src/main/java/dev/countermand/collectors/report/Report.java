package dev.countermand.collectors.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a source said, as it said it: not redacted yet, so it never leaves this process, and its
 * text form shows nothing of it.
 *
 * @param phase whether it is about to happen or has happened
 * @param name the event as its source names it
 * @param outcome how it ended
 * @param subagentId the sub-agent that acts
 * @param sessionId the session of the agent
 * @param tool the tool as the agent names it; null for the life of a session
 * @param callId joins the attempt and the result of one call
 * @param input the input of the tool, or what a notice says
 * @param output the output of the tool
 * @param workingDirectory where it runs
 * @param time when it happened, where the source says so
 * @param clientId the source's own id of the event
 * @param rest fields that have no place of their own; kept beside it, redacted
 */
public record Report(
    Phase phase,
    String name,
    Outcome outcome,
    @Nullable String subagentId,
    String sessionId,
    @Nullable String tool,
    @Nullable String callId,
    ObjectNode input,
    @Nullable JsonNode output,
    @Nullable String workingDirectory,
    @Nullable Instant time,
    @Nullable String clientId,
    @Nullable ObjectNode rest) {

  /** The same as a notice: told again, and not one more attempt. */
  public Report asNotice() {
    return new Report(
        Phase.NOTICE,
        name,
        outcome,
        subagentId,
        sessionId,
        tool,
        callId,
        input,
        output,
        workingDirectory,
        time,
        clientId,
        rest);
  }

  @Override
  public String toString() {
    return "Report[" + phase + "]";
  }
}
