package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.runtime.config.PersonNames;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Who stands behind an order. */
final class People {
  private People() {}

  /** Whether a person gave an order. */
  static boolean ordered(ContainmentOrder order) {
    return isPerson(order.requestedBy());
  }

  /** Whether a name is that of a person, and not of a part of Countermand. */
  static boolean isPerson(String name) {
    return !name.isBlank() && !PersonNames.isReserved(name);
  }

  /** The persons among these names; spaces around a name and its case make no other person. */
  static Set<String> distinct(Collection<String> names) {
    return names.stream()
        .filter(People::isPerson)
        .map(PersonNames::folded)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Whether one of these persons is somebody else than who gave an order. */
  static boolean hasOther(ContainmentOrder order, Collection<String> names) {
    return names.stream()
        .anyMatch(name -> isPerson(name) && !PersonNames.isSame(name, order.requestedBy()));
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
