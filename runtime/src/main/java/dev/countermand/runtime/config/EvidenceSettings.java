package dev.countermand.runtime.config;

import dev.countermand.model.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;

/**
 * What the notary signs.
 *
 * @param topics names without the prefix; what agents did, what was found and done, what people
 *     decided by default
 * @param records most records of one checkpoint; 1,000 by default
 * @param every how long a record waits for its checkpoint; 10 s by default
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructor puts the default
public record EvidenceSettings(List<String> topics, int records, Duration every) {
  /** Topics from which nothing is removed but by age. */
  private static final List<String> LOGS =
      List.of(
          "actions",
          "scored-actions",
          "findings",
          "verdicts",
          "containment-orders",
          "containment-outcomes",
          "containment-plans",
          "approvals",
          "dead-letters",
          "audit");

  private static final Set<String> NOT_BY_DEFAULT =
      Set.of("scored-actions", "verdicts", "containment-plans", "dead-letters");
  private static final int MAX_RECORDS = 10_000;

  /** The defaults; below what its constructor needs. */
  public static final EvidenceSettings DEFAULTS = new EvidenceSettings(null, 0, null);

  public EvidenceSettings {
    topics =
        topics == null
            ? LOGS.stream().filter(topic -> !NOT_BY_DEFAULT.contains(topic)).toList()
            : List.copyOf(topics);
    every = Values.or(every, Duration.ofSeconds(10));
    records = records == 0 ? 1_000 : records;
    if (topics.isEmpty() || !LOGS.containsAll(topics)) {
      throw new ConfigurationProblem(
          "evidence.topics[] must be of " + String.join(", ", LOGS) + ", and at least one");
    }
    if (records < 1 || records > MAX_RECORDS) {
      throw new ConfigurationProblem("evidence.records must be 1 to " + MAX_RECORDS);
    }
    if (every.isNegative() || every.isZero()) {
      throw new ConfigurationProblem("evidence.every must be positive");
    }
  }

  /** The topics with their prefix. */
  public List<String> in(Topics names) {
    return topics.stream().map(topic -> names.prefix() + "." + topic).toList();
  }
}
