package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Who stands behind an order. */
final class People {
  /** Who orders containment by itself; it must not undo it by itself. */
  private static final String SCORING = "scoring";

  private static final Set<String> MACHINES = Set.of("", SCORING, Drill.BY);

  private People() {}

  /** Whether a person gave an order. */
  static boolean ordered(ContainmentOrder order) {
    return isPerson(order.requestedBy());
  }

  /** Whether a name is that of a person, and not of a part of Countermand. */
  static boolean isPerson(String name) {
    return !MACHINES.contains(name.strip().toLowerCase(Locale.ROOT));
  }

  /** The persons among these names; spaces around a name and its case make no other person. */
  static Set<String> distinct(Collection<String> names) {
    return names.stream()
        .filter(People::isPerson)
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** The persons who want an order carried out: who gave it, and who said yes to it. */
  static Set<String> of(ContainmentOrder order, Collection<String> approvers) {
    Set<String> all = new LinkedHashSet<>(approvers);
    if (ordered(order)) {
      all.add(order.requestedBy());
    }
    return all;
  }
}
