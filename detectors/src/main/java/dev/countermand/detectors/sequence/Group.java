package dev.countermand.detectors.sequence;

import dev.countermand.model.Finding;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Those whose findings belong together. */
public enum Group {
  /** The agents that have one task. */
  TASK,
  /** The agents that touch credentials of one owner. */
  OWNER,
  /** All agents. */
  FLEET;

  /**
   * The groups of this kind that a finding belongs to.
   *
   * @param owners the owner of a registered credential by its fingerprint; null for none
   * @return names that begin with the kind; at most {@value SequenceEvent#MAX_CREDENTIALS}
   */
  public List<String> of(Finding finding, Function<String, @Nullable String> owners) {
    return switch (this) {
      case TASK -> finding.taskId() == null ? List.of() : List.of(name(finding.taskId()));
      case OWNER -> {
        Set<String> names = new LinkedHashSet<>();
        for (String fingerprint : SequenceEvent.named(finding)) {
          String owner = owners.apply(fingerprint);
          if (owner != null) {
            names.add(name(owner));
          }
        }
        yield List.copyOf(names);
      }
      case FLEET -> List.of(word());
    };
  }

  /** Whether there is such a kind. */
  static boolean isKind(String word) {
    return Stream.of(values()).anyMatch(kind -> kind.word().equals(word));
  }

  /** The kind of a group, as knowledge has it. */
  static String kindOf(String group) {
    int colon = group.indexOf(':');
    return colon < 0 ? group : group.substring(0, colon);
  }

  /** The group as people would call it. */
  static String called(String group) {
    return group.equals(FLEET.word())
        ? "the fleet"
        : "the " + kindOf(group) + " " + group.substring(group.indexOf(':') + 1);
  }

  private String name(String id) {
    return word() + ":" + id;
  }

  /** As knowledge has it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
