package dev.countermand.detectors.sequence;

import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Orders;
import dev.countermand.detectors.Text;
import dev.countermand.detectors.incident.Digests;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds sequences over several agents: for each event of a group, what it completes. By the times
 * of the events, not by the order in which they are told of. Pure and thread-safe.
 */
public final class Sequences {
  private static final int MAX_NAMED = 8;
  private static final int MAX_NAME = 60;

  private final Map<String, Sequence> known = new LinkedHashMap<>();

  /** These sequences, whose ids must differ. */
  public Sequences(List<Sequence> sequences) {
    sequences.forEach(
        one -> {
          if (known.put(one.id(), one) != null) {
            throw new IllegalArgumentException("Two sequences are called " + one.id() + ".");
          }
        });
  }

  /** Every sequence that is known. */
  public static Sequences standard() {
    return new Sequences(Sequence.known());
  }

  /** The sequences that a finding can be part of. */
  public List<Sequence> of(Finding finding) {
    return known.values().stream().filter(one -> one.concerns(finding)).toList();
  }

  /**
   * What is heard of a finding, by the key of each sequence and group that it is a part of, as
   * {@link #follow} takes them.
   *
   * @param received when the pipeline heard of the finding
   * @param owners the owner of a registered credential by its fingerprint; null for none
   */
  public Map<String, SequenceEvent> heard(
      Finding finding, Instant received, Function<String, @Nullable String> owners) {
    List<Sequence> concerned = of(finding);
    if (concerned.isEmpty()) {
      return Map.of();
    }
    SequenceEvent event = SequenceEvent.of(finding, received);
    Map<String, SequenceEvent> heard = new LinkedHashMap<>();
    for (Sequence sequence : concerned) {
      for (Group kind : sequence.kinds()) {
        kind.of(finding, owners).forEach(group -> heard.put(sequence.key(group), event));
      }
    }
    return heard;
  }

  /** All sequences. */
  public List<Sequence> all() {
    return List.copyOf(known.values());
  }

  /**
   * What an event leads to.
   *
   * @param state with the event; the same object when the event changes nothing
   * @param findings what it completes
   * @param orders one for each finding that calls for containment
   */
  public record Result(
      SequenceState state, List<Finding> findings, List<ContainmentOrder> orders) {}

  /**
   * Adds an event to what is remembered of a group. One that is remembered already changes nothing,
   * and what it completed is told again, word for word.
   *
   * @param key of the sequence and the group, as {@link Sequence#key} makes it; where the sequence
   *     is not known, or not looked for in such groups, nothing is found
   */
  public Result follow(String key, SequenceEvent event, SequenceState before) {
    int bar = key.indexOf(Sequence.SEPARATOR);
    Sequence sequence = bar < 0 ? null : known.get(key.substring(0, bar));
    if (sequence == null || !sequence.isLookedForIn(key.substring(bar + 1))) {
      return new Result(before, List.of(), List.of());
    }
    if (before.knows(event)) {
      return result(before, event, List.of());
    }
    SequenceState state = before.plus(sequence, event);
    String group = key.substring(bar + 1);
    for (SequenceState.Follower follower : state.then()) {
      Optional<Finding> found = complete(sequence, group, follower.event(), state);
      if (found.isPresent()) {
        state =
            state.with(
                new SequenceState.Follower(
                    follower.event(), event.findingId(), found.get(), Extra.NONE));
      }
    }
    List<Finding> unkept =
        sequence.isTogether(event) || state.knows(event)
            ? List.of()
            : complete(sequence, group, event, state).stream().toList();
    return result(state, event, unkept);
  }

  /**
   * What was found with an event.
   *
   * @param unkept what was found of it though there are too many to remember it
   */
  private static Result result(SequenceState state, SequenceEvent event, List<Finding> unkept) {
    List<Finding> findings = new ArrayList<>(unkept);
    for (SequenceState.Follower follower : state.then()) {
      Finding found = follower.found();
      if (found != null && event.findingId().equals(follower.completedBy())) {
        findings.add(found);
      }
    }
    return new Result(
        state,
        findings,
        findings.stream()
            .filter(finding -> finding.recommendation() == Recommendation.CONTAIN)
            .map(finding -> Orders.contain(finding, event.received(), finding.credentials()))
            .toList());
  }

  /** What a follower completes, if its action completed nothing before. */
  private static Optional<Finding> complete(
      Sequence sequence, String group, SequenceEvent follower, SequenceState state) {
    boolean told =
        state.then().stream()
            .anyMatch(
                one -> one.found() != null && one.event().actionId().equals(follower.actionId()));
    if (told) {
      return Optional.empty();
    }
    Map<String, SequenceEvent> agents = new LinkedHashMap<>();
    Instant earliest = follower.time().minus(sequence.within());
    for (SequenceEvent one : state.together()) {
      if (!one.time().isBefore(earliest) && !one.time().isAfter(follower.time())) {
        agents.put(one.agentId(), one);
      }
    }
    return agents.size() >= sequence.agents() && agents.containsKey(follower.agentId())
        ? Optional.of(finding(sequence, group, follower, agents))
        : Optional.empty();
  }

  private static Finding finding(
      Sequence sequence, String group, SequenceEvent follower, Map<String, SequenceEvent> agents) {
    List<String> because = new ArrayList<>();
    List<String> related = new ArrayList<>();
    SequenceEvent own = agents.get(follower.agentId());
    List<SequenceEvent> named = new ArrayList<>();
    if (own != null) {
      named.add(own);
    }
    agents.values().stream()
        .filter(one -> !one.equals(own))
        .limit(MAX_NAMED - 1)
        .forEach(named::add);
    for (SequenceEvent one : named) {
      because.add(line("1. ", one));
      related.add(one.actionId());
    }
    if (agents.size() > named.size()) {
      because.add("and " + (agents.size() - named.size()) + " more agents");
    }
    because.add(line("2. ", follower));
    String summary =
        "The agent "
            + Text.line(follower.agentId(), MAX_NAME)
            + " "
            + sequence
                .summary()
                .replace("{agents}", Integer.toString(agents.size()))
                .replace("{minutes}", Long.toString(sequence.withinMinutes()))
                .replace("{group}", Text.line(Group.called(group), MAX_NAME))
            + ".";
    Sequence.Answer answer = sequence.answer(group);
    return new Finding(
        // One action can complete a sequence in several groups, and each is a finding of its own.
        follower.actionId() + ":" + sequence.id() + ":" + Digests.of(group),
        follower.time(),
        follower.actionId(),
        related.stream().filter(id -> !id.equals(follower.actionId())).distinct().toList(),
        follower.agentId(),
        follower.sessionId(),
        follower.taskId(),
        sequence.id(),
        sequence.name(),
        Text.line(summary, FindingDraft.MAX_LINE),
        null,
        0,
        because,
        answer.severity(),
        sequence.confidence(),
        answer.recommendation(),
        follower.credentials(),
        List.of(),
        sequence.techniques(),
        Extra.NONE);
  }

  private static String line(String number, SequenceEvent event) {
    return Text.line(
        number
            + event.rule()
            + " at "
            + event.time()
            + ": "
            + event.agentId()
            + ", action "
            + event.actionId(),
        FindingDraft.MAX_LINE);
  }
}
