package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.sequence.SequenceState;
import dev.countermand.detectors.sequence.Sequences;
import dev.countermand.model.Finding;
import dev.countermand.testkit.FindingSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the detector of sequences tells of, by the detector itself. */
final class SequenceFindings {
  private SequenceFindings() {}

  /** Three agents of one task are refused, then one of them uses another's credential. */
  static List<Finding> refusedThenBorrowed() {
    Sequences sequences = Sequences.standard();
    Map<String, SequenceState> states = new HashMap<>();
    List<Finding> found = new ArrayList<>();
    for (Finding one :
        List.of(
            finding(0, "agent-0", "deny-loop"),
            finding(1, "agent-1", "deny-loop"),
            finding(2, "agent-2", "deny-loop"),
            finding(3, "agent-1", "shared-credential"))) {
      sequences
          .heard(one, one.time(), fingerprint -> null)
          .forEach(
              (key, event) -> {
                Sequences.Result result =
                    sequences.follow(key, event, states.getOrDefault(key, SequenceState.EMPTY));
                states.put(key, result.state());
                found.addAll(result.findings());
              });
    }
    return found;
  }

  private static Finding finding(int number, String agent, String rule) {
    String action = (rule.equals("deny-loop") ? "refused-" : "borrowed-") + number;
    return FindingSample.of(action + ":" + rule, Samples.NOON.plusSeconds(60L * number))
        .action(action)
        .agent(agent)
        .rule(rule)
        .task("task-1")
        .credentials(List.of(Samples.FINGERPRINT))
        .build();
  }

  /** The dotted paths of all values, those in lists as one. */
  static List<String> leaves(JsonNode document) {
    List<String> paths = new ArrayList<>();
    document.properties().forEach(one -> add(one.getKey(), one.getValue(), paths));
    return paths;
  }

  private static void add(String path, JsonNode value, List<String> paths) {
    if (value.isObject()) {
      value.properties().forEach(one -> add(path + "." + one.getKey(), one.getValue(), paths));
    } else {
      paths.add(path);
    }
  }
}
