package dev.countermand.command.stack;

import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Scored actions of several agents, in the order of their times. */
final class LearnedActions {
  static final Instant START = Instant.parse("2026-11-18T00:00:00Z");

  private static final List<Verb> VERBS =
      List.of(Verb.READ, Verb.WRITE, Verb.DELETE, Verb.DESTROY, Verb.READ_SECRET, Verb.SEND);

  private LearnedActions() {}

  static List<Action> of(long seed, int count) {
    Random random = new Random(seed);
    long step = Duration.ofDays(2).toMillis() / count;
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Verb verb = VERBS.get(random.nextInt(VERBS.size()));
      Severity severity = random.nextInt(40) == 0 ? Severity.HIGH : Severity.NONE;
      actions.add(action("agent-" + random.nextInt(5), START.plusMillis(i * step), verb, severity));
    }
    return actions;
  }

  /** One of an agent of its own. */
  static Action last(Instant time) {
    return action("closing", time, Verb.READ, Severity.NONE);
  }

  private static Action action(String agent, Instant time, Verb verb, Severity severity) {
    return new Action(
        "id-" + agent + "-" + time.toEpochMilli(),
        time,
        time,
        Phase.ATTEMPT,
        ActionKind.SHELL,
        "PreToolUse",
        Outcome.UNKNOWN,
        agent,
        null,
        null,
        null,
        "session",
        null,
        "Bash",
        "call",
        null,
        null,
        null,
        null,
        "command",
        "/srv",
        null,
        null,
        "staging",
        "test",
        "hook",
        "complete",
        List.of(),
        null,
        List.of(new Effect(verb, new Resource("file", "x", "staging"), true, 0.9, "because")),
        new Score(Decision.ALLOW, severity, List.of(), time, Extra.NONE),
        Extra.NONE);
  }
}
