package dev.countermand.detectors.sequence;

import dev.countermand.detectors.KnowledgeFiles;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A sequence that is known: several agents of a group come to be found by certain rules, and within
 * some time one of them by others. Described in a YAML file of its own, {@code
 * knowledge/<id>.yaml}.
 *
 * @param id the rule id of what is found
 * @param name the sequence in a few words
 * @param summary what one of the agents does, without the agent; {@code {agents}}, {@code {group}}
 *     and {@code {minutes}} stand for these
 * @param agents how many different agents it takes
 * @param together the rules by which each of them is found, in any order; by rule, what a finding
 *     asks for at least
 * @param then the rules by which one of these agents is found at the same time or later
 * @param withinMinutes how much later at most
 * @param confidence 0 to 1
 * @param groups in which groups, {@code task}, {@code owner} or {@code fleet}, it is looked for,
 *     and how grave it is there
 * @param techniques MITRE ATT&CK techniques
 */
public record Sequence(
    String id,
    String name,
    String summary,
    int agents,
    Map<String, Recommendation> together,
    Map<String, Recommendation> then,
    long withinMinutes,
    double confidence,
    Map<String, Answer> groups,
    List<String> techniques) {

  private static final String FOLDER = "knowledge/";

  /** So much later than others of its group an event may be told of and still counts. */
  static final Duration LATE = Duration.ofHours(1);

  static final String SEPARATOR = "|";

  private static final long LONGEST = Duration.ofDays(1).toMinutes();

  /**
   * What follows.
   *
   * @param severity how grave it is
   * @param recommendation what it asks for; nobody waits for it, so it can only tell or contain
   */
  public record Answer(Severity severity, Recommendation recommendation) {
    private boolean isPossible() {
      return recommendation == Recommendation.NOTIFY || recommendation == Recommendation.CONTAIN;
    }
  }

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException when no sequence can be like this
   */
  public Sequence {
    together = Map.copyOf(together);
    then = Map.copyOf(then);
    groups = Map.copyOf(groups);
    techniques = List.copyOf(techniques);
    boolean isPossible =
        agents >= 1
            && agents <= SequenceState.MAX_TOGETHER
            && withinMinutes >= 1
            && withinMinutes <= LONGEST
            && !groups.isEmpty()
            && groups.keySet().stream().allMatch(Group::isKind)
            && !id.contains(SEPARATOR)
            && Collections.disjoint(together.keySet(), then.keySet())
            && groups.values().stream().allMatch(Answer::isPossible);
    if (!isPossible) {
      throw new IllegalArgumentException("The sequence " + id + " is not possible.");
    }
  }

  /** Every sequence of the knowledge folder, in the order of the names of the files. */
  static List<Sequence> known() {
    List<Sequence> known = new ArrayList<>();
    for (String file : KnowledgeFiles.names(Sequence.class, FOLDER)) {
      Sequence one = KnowledgeFiles.read(Sequence.class, FOLDER + file, Sequence.class);
      if (!file.equals(one.id() + ".yaml")) {
        throw new IllegalArgumentException("The sequence in " + file + " is called " + one.id());
      }
      known.add(one);
    }
    boolean feedsItself =
        known.stream()
            .map(Sequence::id)
            .anyMatch(
                id ->
                    known.stream()
                        .anyMatch(
                            one -> one.together().containsKey(id) || one.then().containsKey(id)));
    if (feedsItself) {
      throw new IllegalArgumentException("A sequence must not be made of sequences.");
    }
    return List.copyOf(known);
  }

  /** Whether a finding can be part of it. */
  public boolean concerns(Finding finding) {
    return holds(together, finding.ruleId(), finding.recommendation())
        || holds(then, finding.ruleId(), finding.recommendation());
  }

  /** Whether an event is one of those of several agents; else it is one of those that follow. */
  boolean isTogether(SequenceEvent event) {
    return together.containsKey(event.rule());
  }

  private static boolean holds(
      Map<String, Recommendation> rules, String rule, Recommendation asked) {
    Recommendation least = rules.get(rule);
    return least != null && asked.compareTo(least) >= 0;
  }

  /** How much later what follows comes at most. */
  Duration within() {
    return Duration.ofMinutes(withinMinutes);
  }

  /** How long an event is remembered after the latest of its group. */
  Duration kept() {
    return within().plus(LATE);
  }

  /** Whether it is looked for in a group. */
  boolean isLookedForIn(String group) {
    return groups.containsKey(Group.kindOf(group));
  }

  /**
   * What follows in a group.
   *
   * @throws IllegalArgumentException when it is not looked for there
   */
  Answer answer(String group) {
    Answer answer = groups.get(Group.kindOf(group));
    if (answer == null) {
      throw new IllegalArgumentException(id + " is not looked for in " + group);
    }
    return answer;
  }

  /** The kinds of groups it is looked for in. */
  public List<Group> kinds() {
    return Stream.of(Group.values()).filter(kind -> groups.containsKey(kind.word())).toList();
  }

  /** The key under which its events of one group meet. */
  public String key(String group) {
    return id + SEPARATOR + group;
  }
}
