package dev.countermand.detectors.sequence;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.testkit.FindingSample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Findings as scoring tells of them, and all their groups in one place. */
final class SequenceSamples {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final Sequences sequences;
  private final Map<String, SequenceState> states = new HashMap<>();
  final List<ContainmentOrder> orders = new ArrayList<>();

  SequenceSamples(Sequences sequences) {
    this.sequences = sequences;
  }

  static Finding finding(
      String id,
      String action,
      String agent,
      String rule,
      Recommendation recommendation,
      Instant time,
      @Nullable String task,
      List<String> credentials) {
    return FindingSample.of(id, time)
        .action(action)
        .agent(agent)
        .rule(rule)
        .recommends(recommendation)
        .task(task)
        .credentials(credentials)
        .build();
  }

  /** What a finding completes in all the groups it belongs to; an owner is what stands before -. */
  List<Finding> tell(Finding finding) {
    List<Finding> found = new ArrayList<>();
    sequences
        .heard(finding, finding.time(), name -> name.substring(0, name.indexOf('-')))
        .forEach(
            (key, event) -> {
              Sequences.Result result =
                  sequences.follow(key, event, states.getOrDefault(key, SequenceState.EMPTY));
              states.put(
                  key, SequenceState.CODEC.decode(SequenceState.CODEC.encode(result.state())));
              found.addAll(result.findings());
              orders.addAll(result.orders());
            });
    return found;
  }

  Map<String, SequenceState> states() {
    return states;
  }
}
