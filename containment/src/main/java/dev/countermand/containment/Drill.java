package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Credential;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.runtime.config.DrillSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contains an agent that does not exist, whose credentials nobody needs, and looks whether they die
 * in time; then gives them back. Run by whichever process has that agent, in its lane.
 */
final class Drill {
  /** The agent that is contained. */
  static final String AGENT = Drills.AGENT;

  /** Who orders it, and its release. */
  static final String BY = "drill";

  private static final Logger log = LoggerFactory.getLogger(Drill.class);

  private final DrillSettings settings;
  private final Shared shared;
  private final MeterRegistry meters;
  private final Function<String, Collection<Credential>> named;

  /**
   * @param named the registered credentials of a name or fingerprint
   */
  Drill(
      DrillSettings settings,
      Shared shared,
      MeterRegistry meters,
      Function<String, Collection<Credential>> named) {
    this.settings = settings;
    this.shared = shared;
    this.meters = meters;
    this.named = named;
  }

  /** Whether an order is that of a drill. */
  static boolean isOf(ContainmentOrder order) {
    return order.requestedBy().equals(BY) && order.agentId().equals(AGENT);
  }

  /** Drills when it is time, from now on, as long as this process has the agent. */
  void begin(AgentContainment agent) {
    if (settings.credentials().isEmpty() || shared.policy().mode() == Mode.OBSERVE) {
      return;
    }
    Instant last = agent.record().state().time();
    Duration since = Duration.between(last, agent.now());
    Duration left = settings.every().minus(since);
    agent.later(left.isNegative() ? Duration.ZERO : left, () -> drill(agent));
  }

  private void drill(AgentContainment agent) {
    if (agent.isClosed()) {
      return;
    }
    agent.later(settings.every(), () -> drill(agent));
    if (agent.record().isContained()) {
      log.warn("The canaries of the drill before are still taken away: they are given back first");
      shared.journal().order(order(OrderKind.RELEASE, List.of(), agent.now()));
      agent.later(settings.within(), () -> start(agent));
    } else {
      start(agent);
    }
  }

  private void start(AgentContainment agent) {
    if (agent.isClosed()) {
      return;
    }
    List<String> canaries =
        settings.credentials().stream()
            .flatMap(word -> named.apply(word).stream())
            .map(Credential::fingerprint)
            .distinct()
            .toList();
    ContainmentOrder order = order(OrderKind.CONTAIN, canaries, agent.now());
    log.info("Drill {} takes {} canaries away", order.id(), canaries.size());
    shared.journal().order(order);
    agent.later(settings.within(), () -> agent.execute(() -> look(agent, order, canaries)));
  }

  private void look(AgentContainment agent, ContainmentOrder order, List<String> canaries) {
    List<String> alive =
        canaries.stream()
            .filter(one -> !isDead(agent.record(), one, order))
            .map(this::name)
            .toList();
    int missing = settings.credentials().size() - canaries.size();
    boolean isPassed = alive.isEmpty() && missing == 0 && agent.record().isContained();
    meters
        .counter("countermand.containment.drills", "result", isPassed ? "passed" : "failed")
        .increment();
    if (!isPassed) {
      shared
          .pager()
          .page(
              "containment-drill",
              "A drill of containment failed",
              AGENT,
              order.id(),
              null,
              "After "
                  + settings.within()
                  + " these canaries are not proved dead: "
                  + alive
                  + (missing == 0 ? "" : "; " + missing + " are not registered")
                  + (agent.record().isContained() ? "" : "; the kill switch is not on"),
              canaries);
    }
    shared.journal().order(order(OrderKind.RELEASE, List.of(), agent.now()));
  }

  private String name(String fingerprint) {
    return shared.standing(fingerprint).name();
  }

  // Dead by this drill: one that stayed dead since the last says nothing.
  private static boolean isDead(AgentRecord record, String fingerprint, ContainmentOrder order) {
    return record.taken().containsKey(fingerprint)
        && record.taken().get(fingerprint).state() == StepState.VERIFIED
        && record.causeOf(fingerprint).orderId().equals(order.id());
  }

  private static ContainmentOrder order(OrderKind kind, List<String> canaries, Instant now) {
    return new ContainmentOrder(
            Ids.next(),
            now,
            kind,
            AGENT,
            "A drill",
            null,
            null,
            List.of(),
            canaries,
            BY,
            Extra.NONE)
        .to(kind == OrderKind.CONTAIN ? Rung.SUSPEND : null);
  }
}
