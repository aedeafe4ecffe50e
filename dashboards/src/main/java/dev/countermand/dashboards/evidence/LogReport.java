package dev.countermand.dashboards.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.util.List;

/**
 * What was verified of one log.
 *
 * @param first offset that a checkpoint covers; -1 when none does
 * @param last offset that a checkpoint covers; -1 when none does
 * @param unchanged records that stand where they were signed
 * @param checkpoints how many were checked
 * @param expired records that were signed and that retention deleted since
 * @param uncovered offsets after the last checkpoint, whose records nobody has signed yet
 * @param problems how many were told
 * @param notes what one should know, and is no problem
 */
public record LogReport(
    LogName log,
    long first,
    long last,
    long unchanged,
    long checkpoints,
    long expired,
    long uncovered,
    long problems,
    List<String> notes) {

  /** Lists are copied. */
  public LogReport {
    notes = List.copyOf(notes);
  }

  /** Whether everything that was signed and is not expired is there, as it was. */
  public boolean isWhole() {
    return problems == 0;
  }

  /** The report for machines. */
  public ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("topic", log.topic()).put("partition", log.partition());
    node.put("complete_and_unchanged", isWhole());
    node.put("first_offset", first).put("last_offset", last);
    node.put("unchanged", unchanged).put("checkpoints", checkpoints);
    node.put("expired", expired).put("uncovered", uncovered).put("problems", problems);
    notes.forEach(node.putArray("notes")::add);
    return node;
  }
}
