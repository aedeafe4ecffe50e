package dev.countermand.collectors.gateway;

import dev.countermand.model.Action;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Credential;
import dev.countermand.model.Decision;
import dev.countermand.model.Task;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.GatewaySettings;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what the gateway decides by itself. Thread-safe. */
final class LocalRule {
  private static final Logger log = LoggerFactory.getLogger(LocalRule.class);

  private final GatewaySettings config;
  private final LocalJudge judge;
  private final Function<String, Optional<Task>> tasks;
  private final Function<String, Optional<Credential>> registry;
  private final InstantSource clock;

  /**
   * A rule.
   *
   * @param tasks finds the open task of an agent
   * @param registry finds a registered credential by fingerprint
   */
  LocalRule(
      GatewaySettings config,
      LocalJudge judge,
      Function<String, Optional<Task>> tasks,
      Function<String, Optional<Credential>> registry,
      InstantSource clock) {
    this.config = config;
    this.judge = judge;
    this.tasks = tasks;
    this.registry = registry;
    this.clock = clock;
  }

  /** The answer to an attempt of a contained agent. */
  Answer contained(String actionId, ContainmentState state) {
    return answer(
        actionId,
        state.agentId(),
        new LocalVerdict(Decision.DENY, reason(state)),
        Answer.KILL_SWITCH,
        "contained");
  }

  static String reason(ContainmentState state) {
    return "Countermand: this agent is contained by order "
        + state.orderId()
        + " ("
        + state.reason()
        + "). It may not act until a person releases it.";
  }

  /** The answer where the scorer gave none. */
  Answer withoutScorer(Action action, String because) {
    LocalVerdict verdict =
        switch (config.withoutVerdict(action.environment())) {
          case DENY -> plain(Decision.DENY, "everything is denied");
          case ASK -> plain(Decision.ASK, "a person is asked about everything");
          case ALLOW -> plain(Decision.ALLOW, "everything is allowed");
          case DENY_DANGEROUS -> judged(action);
        };
    return answer(action.id(), action.agentId(), verdict, Answer.LOCAL, because);
  }

  private static LocalVerdict plain(Decision decision, String rule) {
    return new LocalVerdict(
        decision, "Countermand: no verdict came in time, and the rule here is that " + rule + ".");
  }

  private LocalVerdict judged(Action action) {
    try {
      return judge.judge(action, tasks.apply(action.agentId()), registry);
    } catch (RuntimeException e) {
      log.error("Local understanding failed with {} on action {}", e.getClass(), action.id());
      return new LocalVerdict(
          Decision.DENY,
          "Countermand: no verdict came in time, and the call could not be understood here.");
    }
  }

  private Answer answer(
      String actionId, String agentId, LocalVerdict verdict, String by, String because) {
    return new Answer(
        new Verdict(
            actionId,
            clock.instant(),
            agentId,
            verdict.decision(),
            verdict.reason(),
            by,
            List.of(),
            Extra.NONE),
        because);
  }
}
