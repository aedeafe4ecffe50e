package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Grounds;
import dev.countermand.model.Rung;
import dev.countermand.runtime.config.LadderSettings;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How hard an order takes hold. Immutable. */
final class Ladder {
  private final LadderSettings settings;

  Ladder(LadderSettings settings) {
    this.settings = settings;
  }

  /**
   * The rung of an order, with what chose it.
   *
   * @param why a sentence for people
   */
  record Choice(Rung rung, String why) {}

  /** The rung that the order names, else that of the first rule it matches. */
  Choice choose(ContainmentOrder order) {
    Rung named = order.rung();
    if (named != null) {
      return new Choice(named, "The order names it.");
    }
    for (int i = 0; i < settings.rules().size(); i++) {
      if (matches(settings.rules().get(i), order.grounds())) {
        return new Choice(
            settings.rules().get(i).rung(), "containment.ladder.rules[" + i + "] matches.");
      }
    }
    return new Choice(
        settings.otherwise(), "containment.ladder.otherwise, which no rule overrides.");
  }

  private static boolean matches(LadderSettings.Rule rule, Grounds grounds) {
    return any(rule.findings(), grounds.rules())
        && grounds.severity().compareTo(rule.severity()) >= 0
        && any(rule.environments(), grounds.environments())
        && (rule.risk() == 0 || Optional.ofNullable(grounds.risk()).orElse(0.0) >= rule.risk());
  }

  private static boolean any(List<String> wanted, List<String> there) {
    return wanted.isEmpty() || !Collections.disjoint(wanted, there);
  }

  /**
   * The rungs that a provider is asked for, one after the other, so that an order holds: what can
   * be given back first. Empty when it can do nothing of it.
   *
   * @param can what the provider can do
   */
  static List<Rung> steps(Set<Rung> can, Rung wanted) {
    return switch (wanted) {
      case PAUSE -> List.of();
      case NARROW -> can.contains(Rung.NARROW) ? List.of(Rung.NARROW) : List.of();
      case SUSPEND -> first(can, Rung.SUSPEND, Rung.REVOKE, Rung.NARROW);
      case REVOKE ->
          can.contains(Rung.REVOKE) && can.contains(Rung.SUSPEND)
              ? List.of(Rung.SUSPEND, Rung.REVOKE)
              : first(can, Rung.REVOKE, Rung.SUSPEND, Rung.NARROW);
    };
  }

  private static List<Rung> first(Set<Rung> can, Rung... wishes) {
    return List.of(wishes).stream().filter(can::contains).limit(1).toList();
  }
}
