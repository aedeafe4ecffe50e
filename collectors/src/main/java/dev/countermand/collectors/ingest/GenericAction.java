package dev.countermand.collectors.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.report.Documents;
import dev.countermand.collectors.report.Report;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Wire;
import dev.countermand.runtime.http.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An action in the documented JSON, {@code schema/action-1.json} of the model.
 *
 * @param agentId the agent it names, if it names one
 * @param agentName what people call the agent
 * @param report the action
 */
public record GenericAction(@Nullable String agentId, @Nullable String agentName, Report report) {

  private static final Set<String> FIELDS =
      Set.of(
          "agent",
          "session",
          "phase",
          "tool",
          "call_id",
          "input",
          "output",
          "outcome",
          "time",
          "working_directory",
          "id");

  private static final int MAX_NAME = 256;
  private static final int MAX_PATH = 4_096;
  private static final Duration AHEAD = Duration.ofMinutes(5);
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  /**
   * Reads a document. Fields that are not known are kept as they came.
   *
   * @param now the time at the gateway, which a document's own time must not be far ahead of
   * @throws Refusal FIELD_MISSING, FIELD_WRONG_TYPE, FIELD_TOO_LONG, TIME_OUT_OF_RANGE
   */
  public static GenericAction read(ObjectNode document, Instant now) {
    ObjectNode agent = agent(document);
    Phase phase = word(Documents.text(document, "phase", MAX_NAME), "phase", Phase.values());
    String outcome = Documents.findText(document, "outcome", MAX_NAME);
    String tool = Documents.findText(document, "tool", MAX_NAME);
    if (phase != Phase.NOTICE && (tool == null || tool.isEmpty())) {
      throw Documents.missing("tool");
    }
    JsonNode input = document.get("input");
    if (input == null) {
      throw Documents.missing("input");
    }
    if (!(input instanceof ObjectNode inputObject)) {
      throw Documents.wrongType("input", "an object");
    }
    JsonNode output = document.get("output");
    Report report =
        new Report(
            phase,
            phase.wireName(),
            outcome == null ? Outcome.UNKNOWN : word(outcome, "outcome", Outcome.values()),
            null,
            Documents.text(document, "session", MAX_NAME),
            tool,
            Documents.findText(document, "call_id", MAX_NAME),
            inputObject,
            output == null || output.isNull() ? null : output,
            Documents.findText(document, "working_directory", MAX_PATH),
            time(document, now),
            Documents.findText(document, "id", MAX_NAME),
            rest(document));
    return new GenericAction(
        agent == null ? null : Documents.text(agent, "id", MAX_NAME),
        agent == null ? null : Documents.findText(agent, "name", MAX_NAME),
        report);
  }

  private static @Nullable ObjectNode agent(ObjectNode document) {
    JsonNode agent = document.get("agent");
    if (agent == null || agent.isNull()) {
      return null;
    }
    if (!(agent instanceof ObjectNode object)) {
      throw Documents.wrongType("agent", "an object");
    }
    return object;
  }

  private static @Nullable ObjectNode rest(ObjectNode document) {
    ObjectNode rest = document.deepCopy().remove(FIELDS);
    return rest.isEmpty() ? null : rest;
  }

  private static <E extends Enum<E> & Wire> E word(String text, String field, E[] values) {
    for (E value : values) {
      if (value.wireName().equals(text)) {
        return value;
      }
    }
    throw Documents.wrongType(
        field,
        "one of " + Arrays.stream(values).map(Wire::wireName).collect(Collectors.joining(", ")));
  }

  private static @Nullable Instant time(ObjectNode document, Instant now) {
    String text = Documents.findText(document, "time", MAX_NAME);
    if (text == null) {
      return null;
    }
    Instant time;
    try {
      time = Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Documents.wrongType("time", "an instant such as 2026-11-20T09:00:00Z");
    }
    if (time.isAfter(now.plus(AHEAD)) || time.isBefore(EARLIEST)) {
      throw new Refusal(
          400,
          "TIME_OUT_OF_RANGE",
          "The field time is more than five minutes ahead of the gateway's clock, or before 2000.");
    }
    return time;
  }
}
