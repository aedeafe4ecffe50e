package dev.countermand.command.bench;

import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import java.time.Instant;
import java.util.List;

/** What agents of the benches do. */
final class Deeds {
  private Deeds() {}

  /** A deed that scoring finds to be a destruction, now. */
  static Action destruction(String agent) {
    Instant now = Instant.now();
    return new Action(
        Ids.next(),
        now,
        now,
        Phase.RESULT,
        ActionKind.SHELL,
        "PostToolUse",
        Outcome.SUCCESS,
        agent,
        null,
        null,
        null,
        "session-of-" + agent,
        null,
        "Bash",
        "call-of-" + agent,
        null,
        null,
        null,
        null,
        "psql -h db.prod.example -c 'DROP DATABASE shop'",
        "/srv/shop",
        null,
        null,
        "production",
        "bench",
        "hook",
        Action.REDACTION_COMPLETE,
        List.of(),
        null,
        List.of(),
        null,
        Extra.NONE);
  }
}
