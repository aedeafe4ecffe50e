package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.sequence.Group;
import dev.countermand.detectors.sequence.Sequence;
import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.sequence.SequenceState;
import dev.countermand.detectors.sequence.Sequences;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
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
      for (Sequence sequence : sequences.of(one)) {
        for (Group kind : sequence.kinds()) {
          for (String group : kind.of(one, fingerprint -> null)) {
            String key = sequence.key(group);
            Sequences.Result result =
                sequences.follow(
                    key,
                    SequenceEvent.of(one, one.time()),
                    states.getOrDefault(key, SequenceState.EMPTY));
            states.put(key, result.state());
            found.addAll(result.findings());
          }
        }
      }
    }
    return found;
  }

  private static Finding finding(int number, String agent, String rule) {
    String action = (rule.equals("deny-loop") ? "refused-" : "borrowed-") + number;
    return new Finding(
        action + ":" + rule,
        Samples.NOON.plusSeconds(60L * number),
        action,
        List.of(),
        agent,
        "session-of-" + agent,
        "task-1",
        rule,
        "A rule",
        "Something.",
        List.of(),
        Severity.MEDIUM,
        0.9,
        Recommendation.NOTIFY,
        List.of(Samples.FINGERPRINT),
        List.of(),
        List.of(),
        Extra.NONE);
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
