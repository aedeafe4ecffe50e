package dev.countermand.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Score;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An action for a test that says only what the test is about: a shell command, attempted by {@code
 * agent} in {@code session}, seen by a hook. Not safe for several threads.
 */
public final class ActionSample {
  private final String id;
  private final Instant time;
  private Instant received;
  private Phase phase = Phase.ATTEMPT;
  private Outcome outcome = Outcome.UNKNOWN;
  private String agent = "agent";
  private @Nullable String kind;
  private String session = "session";
  private String call;
  private @Nullable JsonNode output;
  private @Nullable Long outputBytes;
  private @Nullable String command;
  private @Nullable String workingDirectory;
  private @Nullable String environment;
  private String witness = "hook";
  private List<CredentialMention> credentials = List.of();
  private List<Effect> effects = List.of();
  private @Nullable Score score;

  private ActionSample(String id, Instant time) {
    this.id = id;
    this.time = time;
    this.received = time;
    this.call = "call-" + id;
  }

  /** One that happened at an instant and was received at once. */
  public static ActionSample of(String id, Instant time) {
    return new ActionSample(id, time);
  }

  public ActionSample received(Instant then) {
    received = then;
    return this;
  }

  public ActionSample phase(Phase its, Outcome result) {
    phase = its;
    outcome = result;
    return this;
  }

  public ActionSample agent(String its) {
    agent = its;
    return this;
  }

  /** What kind of agent it is. */
  public ActionSample kind(@Nullable String its) {
    kind = its;
    return this;
  }

  public ActionSample session(String its) {
    session = its;
    return this;
  }

  /** What joins an attempt and its result; {@code call-} and the id otherwise. */
  public ActionSample call(String its) {
    call = its;
    return this;
  }

  /** How large what it came back with was. */
  public ActionSample outputBytes(long bytes) {
    outputBytes = bytes;
    return this;
  }

  /** What it came back with. */
  public ActionSample output(@Nullable JsonNode object) {
    output = object;
    return this;
  }

  public ActionSample command(@Nullable String text) {
    command = text;
    return this;
  }

  public ActionSample workingDirectory(String path) {
    workingDirectory = path;
    return this;
  }

  public ActionSample environment(String name) {
    environment = name;
    return this;
  }

  public ActionSample witness(String kind) {
    witness = kind;
    return this;
  }

  public ActionSample credentials(List<CredentialMention> mentioned) {
    credentials = mentioned;
    return this;
  }

  public ActionSample effects(List<Effect> its) {
    effects = its;
    return this;
  }

  public ActionSample score(Score its) {
    score = its;
    return this;
  }

  /** The action. */
  public Action build() {
    return new Action(
        id,
        time,
        received,
        phase,
        ActionKind.SHELL,
        phase == Phase.ATTEMPT ? "PreToolUse" : "PostToolUse",
        outcome,
        agent,
        null,
        kind,
        null,
        session,
        null,
        "Bash",
        call,
        null,
        output,
        null,
        outputBytes,
        command,
        workingDirectory,
        null,
        null,
        environment,
        "test",
        witness,
        Action.REDACTION_COMPLETE,
        credentials,
        null,
        effects,
        score,
        Extra.NONE);
  }
}
