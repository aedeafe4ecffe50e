package dev.countermand.detectors.sequence;

import dev.countermand.model.Finding;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one group for one {@link Sequence}. Immutable; of an agent at most {@value
 * #MAX_OF_AGENT} events of each half, of all at most {@value #MAX_TOGETHER} and {@value #MAX_THEN},
 * of too many the latest. In whatever order the same events come, within these bounds and {@link
 * Sequence#LATE}, the same actions are found.
 *
 * @param together the events of several agents, the oldest first
 * @param then what may follow them, the oldest first
 * @param latest when the latest of all happened
 * @param extra fields of a newer schema, kept as they came
 */
public record SequenceState(
    List<SequenceEvent> together, List<Follower> then, Instant latest, Extra extra) {

  /** Most events of one agent that are remembered of each half. */
  public static final int MAX_OF_AGENT = 4;

  /** Most events of several agents that are remembered. */
  public static final int MAX_TOGETHER = 256;

  /** Most events that may follow them that are remembered. */
  public static final int MAX_THEN = 32;

  /** Nothing happened yet. */
  public static final SequenceState EMPTY =
      new SequenceState(List.of(), List.of(), Instant.EPOCH, Extra.NONE);

  private static final Comparator<SequenceEvent> ORDER =
      Comparator.comparing(SequenceEvent::time).thenComparing(SequenceEvent::findingId);

  /**
   * What may follow.
   *
   * @param event what happened
   * @param completedBy the finding with which the sequence was complete; null while it is not
   * @param found what was found then; null while nothing was
   * @param extra fields of a newer schema, kept as they came
   */
  public record Follower(
      SequenceEvent event, @Nullable String completedBy, @Nullable Finding found, Extra extra) {
    private static final DocumentCodec.Builder<Follower> FIELDS = DocumentCodec.builder("follower");
    private static final Field<Follower, SequenceEvent> EVENT =
        FIELDS.object("event", SequenceEvent.CODEC, Follower::event);
    private static final Field<Follower, String> COMPLETED_BY =
        FIELDS.string("completed_by", Follower::completedBy);
    private static final Field<Follower, Finding> FOUND =
        FIELDS.object("found", Finding.CODEC, Follower::found);

    static final DocumentCodec<Follower> CODEC =
        FIELDS.build(
            v -> new Follower(v.get(EVENT), v.find(COMPLETED_BY), v.find(FOUND), v.extra()),
            Follower::extra);
  }

  /** Lists are copied. */
  public SequenceState {
    together = List.copyOf(together);
    then = List.copyOf(then);
  }

  private static final DocumentCodec.Builder<SequenceState> FIELDS =
      DocumentCodec.builder("sequence state");
  private static final Field<SequenceState, List<SequenceEvent>> TOGETHER =
      FIELDS.list("together", SequenceEvent.CODEC, SequenceState::together);
  private static final Field<SequenceState, List<Follower>> THEN =
      FIELDS.list("then", Follower.CODEC, SequenceState::then);
  private static final Field<SequenceState, Instant> LATEST =
      FIELDS.instant("latest", SequenceState::latest);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<SequenceState> CODEC =
      FIELDS.build(
          v ->
              new SequenceState(
                  v.getOr(TOGETHER, List.of()), v.getOr(THEN, List.of()), v.get(LATEST), v.extra()),
          SequenceState::extra);

  /** Whether the finding that an event tells of is remembered. */
  boolean knows(SequenceEvent event) {
    return together.stream().anyMatch(one -> one.findingId().equals(event.findingId()))
        || then.stream().anyMatch(one -> one.event().findingId().equals(event.findingId()));
  }

  /** The state with one more event, without what is too old or too much. */
  SequenceState plus(Sequence sequence, SequenceEvent event) {
    Instant newest = event.time().isAfter(latest) ? event.time() : latest;
    Instant horizon = newest.minus(sequence.kept());
    List<SequenceEvent> crowd = new ArrayList<>(together);
    List<Follower> followers = new ArrayList<>(then);
    if (sequence.isTogether(event)) {
      crowd.add(event);
      crowd.sort(ORDER);
      oldestOf(event.agentId(), crowd).ifPresent(crowd::remove);
    } else {
      followers.add(new Follower(event, null, null, Extra.NONE));
      followers.sort(Comparator.comparing(Follower::event, ORDER));
      oldestOf(event.agentId(), followers.stream().map(Follower::event).toList())
          .ifPresent(oldest -> followers.removeIf(one -> one.event().equals(oldest)));
    }
    crowd.removeIf(one -> one.time().isBefore(horizon));
    followers.removeIf(one -> one.event().time().isBefore(horizon));
    return new SequenceState(
        crowd.subList(Math.max(0, crowd.size() - MAX_TOGETHER), crowd.size()),
        followers.subList(Math.max(0, followers.size() - MAX_THEN), followers.size()),
        newest,
        extra);
  }

  /** The oldest event of an agent that has too many. */
  private static Optional<SequenceEvent> oldestOf(String agent, List<SequenceEvent> sorted) {
    List<SequenceEvent> own = sorted.stream().filter(one -> one.agentId().equals(agent)).toList();
    return own.size() > MAX_OF_AGENT ? Optional.of(own.get(0)) : Optional.empty();
  }

  /** The state after what was found of a follower. */
  SequenceState with(Follower follower) {
    List<Follower> changed =
        then.stream()
            .map(
                one ->
                    one.event().findingId().equals(follower.event().findingId()) ? follower : one)
            .toList();
    return new SequenceState(together, changed, latest, extra);
  }
}
