package dev.countermand.detectors.refusal;

import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Verb;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How often an agent was refused in a row. The row ends with an action that succeeds and does more
 * than read, and when nothing is refused for {@link #GAP}. Looking around between two refusals does
 * not end it. Immutable; of calls, actions and credentials at most {@value #MAX_NAMED} each.
 *
 * @param count how many were refused, at most {@value #MAX_COUNT}
 * @param ours how many of them Countermand refused
 * @param since when the first was
 * @param last when the last was
 * @param told up to which count it was told of
 * @param calls the latest calls that were refused, the oldest first
 * @param actions the latest actions that say so, the oldest first
 * @param credentials the latest credentials of these, the oldest first
 * @param extra fields of a newer schema, kept as they came
 */
public record Refusals(
    long count,
    long ours,
    Instant since,
    Instant last,
    long told,
    List<String> calls,
    List<String> actions,
    List<String> credentials,
    Extra extra) {

  /** Fewest refusals in a row that are told of; then at each doubling. */
  public static final int FEWEST = 5;

  /** So long without a refusal, and the next is the first of another row. */
  public static final Duration GAP = Duration.ofMinutes(10);

  /** Most that are counted. */
  public static final int MAX_COUNT = 1_000_000;

  /** Most calls, actions and credentials that are named. */
  public static final int MAX_NAMED = 8;

  /** An agent that was not refused anything. */
  public static final Refusals NONE =
      new Refusals(
          0, 0, Instant.EPOCH, Instant.EPOCH, 0, List.of(), List.of(), List.of(), Extra.NONE);

  /** Lists are copied. */
  public Refusals {
    calls = List.copyOf(calls);
    actions = List.copyOf(actions);
    credentials = List.copyOf(credentials);
  }

  private static final DocumentCodec.Builder<Refusals> FIELDS = DocumentCodec.builder("refusals");
  private static final Field<Refusals, Long> COUNT = FIELDS.integer("count", Refusals::count);
  private static final Field<Refusals, Long> OURS = FIELDS.integer("ours", Refusals::ours);
  private static final Field<Refusals, Instant> SINCE = FIELDS.instant("since", Refusals::since);
  private static final Field<Refusals, Instant> LAST = FIELDS.instant("last", Refusals::last);
  private static final Field<Refusals, Long> TOLD = FIELDS.integer("told", Refusals::told);
  private static final Field<Refusals, List<String>> CALLS =
      FIELDS.strings("calls", Refusals::calls);
  private static final Field<Refusals, List<String>> ACTIONS =
      FIELDS.strings("actions", Refusals::actions);
  private static final Field<Refusals, List<String>> CREDENTIALS =
      FIELDS.strings("credentials", Refusals::credentials);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Refusals> CODEC =
      FIELDS.build(
          v ->
              new Refusals(
                  v.get(COUNT),
                  v.get(OURS),
                  v.get(SINCE),
                  v.get(LAST),
                  v.get(TOLD),
                  v.getOr(CALLS, List.of()),
                  v.getOr(ACTIONS, List.of()),
                  v.getOr(CREDENTIALS, List.of()),
                  v.extra()),
          Refusals::extra);

  /**
   * The row after an action that was not refused, as far as that is known yet.
   *
   * @param effects what it does to the world
   */
  public Refusals plus(Action action, List<Effect> effects) {
    Refusals now = isOverAt(action.believedTime()) ? NONE : this;
    if (action.phase() == Phase.ATTEMPT) {
      return now.judged();
    }
    boolean succeeds = action.phase() == Phase.RESULT && action.outcome() == Outcome.SUCCESS;
    return succeeds && effects.stream().anyMatch(Refusals::changes) ? NONE : now;
  }

  /**
   * The row after an action that says that it was refused.
   *
   * @param call what its attempt and its result have in common
   */
  public Refusals refused(Action action, String call) {
    return counted(action, call, false).judged();
  }

  /** The row after Countermand refused an attempt; it is judged with what comes next. */
  public Refusals denied(Action action, String call) {
    return counted(action, call, true);
  }

  /** Whether more is to be told than before. */
  public boolean tells(Refusals before) {
    return told > before.told;
  }

  private Refusals counted(Action action, String call, boolean byUs) {
    if (action.callId() != null && calls.contains(call)) {
      return this;
    }
    Instant time = action.believedTime();
    Refusals before = isOverAt(time) ? NONE : this;
    List<String> touched = before.credentials;
    for (CredentialMention mention : action.credentials().stream().limit(MAX_NAMED).toList()) {
      touched = appended(touched, mention.fingerprint());
    }
    return new Refusals(
        Math.min(MAX_COUNT, before.count + 1),
        Math.min(MAX_COUNT, before.ours + (byUs ? 1 : 0)),
        before.count == 0 || time.isBefore(before.since) ? time : before.since,
        time.isBefore(before.last) ? before.last : time,
        before.told,
        appended(before.calls, call),
        appended(before.actions, action.id()),
        touched,
        before.extra);
  }

  private Refusals judged() {
    long level = level();
    return level <= told
        ? this
        : new Refusals(count, ours, since, last, level, calls, actions, credentials, extra);
  }

  /** The largest of {@value #FEWEST} and its doublings that the count has reached; 0 for none. */
  private long level() {
    return count < FEWEST ? 0 : FEWEST * Long.highestOneBit(count / FEWEST);
  }

  private boolean isOverAt(Instant time) {
    return count > 0 && last.plus(GAP).isBefore(time);
  }

  private static boolean changes(Effect effect) {
    return effect.verb() != Verb.READ && effect.verb() != Verb.READ_SECRET;
  }

  private static List<String> appended(List<String> list, String one) {
    List<String> longer = new ArrayList<>(list);
    longer.remove(one);
    longer.add(one);
    return List.copyOf(longer.subList(Math.max(0, longer.size() - MAX_NAMED), longer.size()));
  }
}
