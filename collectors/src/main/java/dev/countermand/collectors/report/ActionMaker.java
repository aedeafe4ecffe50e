package dev.countermand.collectors.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.RedactedJson;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.redact.Secret;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Narrowing;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.Ids;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an action of a report: gives it an id and removes every secret. Where the redactor fails,
 * what it could not examine is withheld and the action says so. Thread-safe.
 */
public final class ActionMaker {
  private static final Logger log = LoggerFactory.getLogger(ActionMaker.class);

  /** More different secrets than this in one action are noise; the first ones are kept. */
  private static final int MAX_MENTIONS = 2_000;

  private final ActionRedactor redactor;
  private final InstantSource clock;

  /** A maker that removes secrets with this redactor. */
  public ActionMaker(ActionRedactor redactor, InstantSource clock) {
    this.redactor = redactor;
    this.clock = clock;
  }

  /** The action of a report, with an id greater than all this process gave before. */
  public Action make(Reporter reporter, Report report) {
    return make(reporter, report, null).action();
  }

  /**
   * An action and what its mentions of credentials stand for.
   *
   * @param action redacted
   * @param secrets the secrets it mentions, in the order of its mentions; to be sealed or dropped
   */
  public record Made(Action action, List<Secret> secrets) {}

  /** The same for an agent whose grant is narrowed by the repository it works in. */
  public Made make(Reporter reporter, Report report, @Nullable Narrowing narrowing) {
    Instant now = clock.instant();
    Withholding texts = new Withholding();
    Body body = redact(report);
    String tool = texts.redact(report.tool());
    ActionKind kind = Tools.kind(report.tool());
    String command = Tools.command(kind, body.input);
    List<Secret> mentioned = mentioned(report, body);
    Action action =
        new Action(
            Ids.next(),
            report.time() == null ? now : report.time(),
            now,
            report.phase(),
            kind,
            report.name(),
            report.outcome(),
            reporter.agentId(),
            texts.redact(reporter.agentName()),
            reporter.agentKind(),
            texts.redact(report.subagentId()),
            String.valueOf(texts.redact(report.sessionId())),
            null,
            tool,
            texts.redact(report.callId()),
            body.input,
            body.output,
            Sizes.of(report.input()),
            Sizes.of(report.output()),
            command,
            texts.redact(report.workingDirectory()),
            Tools.file(kind, body.input),
            Tools.url(kind, body.input),
            reporter.environment(),
            reporter.source(),
            reporter.witness(),
            body.complete && texts.complete ? Action.REDACTION_COMPLETE : Action.REDACTION_FAILED,
            mentions(report, kind, body, command, mentioned),
            narrowing == null ? null : texts.redact(narrowing),
            List.of(),
            null,
            Extra.NONE);
    return new Made(
        withSourceFields(action, texts.redact(report.clientId()), body.rest), mentioned);
  }

  /** The same action without its input and output, for one that grew too large for Kafka. */
  public static Action withoutBody(Action action) {
    ObjectNode tree = Action.CODEC.toTree(action);
    tree.remove(List.of("process", "url"));
    if (tree.path("gen_ai").path("tool") instanceof ObjectNode tool) {
      tool.remove("call");
      ObjectNode call = tool.putObject("call");
      if (action.callId() != null) {
        call.put("id", action.callId());
      }
    }
    if (tree.path("countermand") instanceof ObjectNode own) {
      own.putObject("redaction").put("status", Action.REDACTION_FAILED);
      if (own.path("source") instanceof ObjectNode source) {
        source.remove("fields");
      }
    }
    return Action.CODEC.fromTree(tree);
  }

  /** What the source says beyond the fields of an action stands under the source. */
  private static Action withSourceFields(
      Action action, @Nullable String clientId, @Nullable JsonNode rest) {
    if (clientId == null && rest == null) {
      return action;
    }
    ObjectNode tree = Action.CODEC.toTree(action);
    ObjectNode source = tree.withObject("/countermand/source");
    if (clientId != null) {
      source.put("event_id", clientId);
    }
    if (rest != null) {
      source.set("fields", rest);
    }
    return Action.CODEC.fromTree(tree);
  }

  /** Input and output after redaction. */
  private record Body(
      ObjectNode input,
      @Nullable ObjectNode output,
      @Nullable JsonNode rest,
      List<Secret> secrets,
      boolean complete) {}

  private Body redact(Report report) {
    ObjectNode whole = Json.mapper().createObjectNode();
    whole.set("input", report.input());
    if (report.output() != null) {
      whole.set("output", Documents.wrapped(report.output()));
    }
    if (report.rest() != null) {
      whole.set("rest", report.rest());
    }
    try {
      RedactedJson redacted = redactor.redact(whole);
      JsonNode output = redacted.document().get("output");
      return new Body(
          Documents.wrapped(redacted.document().path("input")),
          output == null ? null : Documents.wrapped(output),
          redacted.document().get("rest"),
          redacted.secrets(),
          redacted.status() == Redaction.Status.COMPLETE);
    } catch (RuntimeException e) {
      // Its message may quote the text it stumbled over.
      log.error("The redactor failed with {}; the action is kept without its body", e.getClass());
      return new Body(Json.mapper().createObjectNode(), null, null, List.of(), false);
    }
  }

  /** Each secret once; of a result only what is new in it. */
  private static List<Secret> mentioned(Report report, Body body) {
    List<Secret> mentioned = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Secret secret : body.secrets) {
      boolean ofInput = !secret.path().startsWith("/output");
      if ((report.phase() == Phase.RESULT && ofInput)
          || mentioned.size() == MAX_MENTIONS
          || !seen.add(secret.fingerprint())) {
        continue;
      }
      mentioned.add(secret);
    }
    return List.copyOf(mentioned);
  }

  private static List<CredentialMention> mentions(
      Report report, ActionKind kind, Body body, @Nullable String command, List<Secret> mentioned) {
    if (mentioned.isEmpty()) {
      return List.of();
    }
    boolean uses = report.phase() == Phase.ATTEMPT && Tools.uses(kind, report.tool());
    String file = kind == ActionKind.FILE ? Tools.file(kind, body.input) : Tools.fileRead(command);
    return mentioned.stream()
        .map(
            secret ->
                new CredentialMention(
                    secret.fingerprint(),
                    secret.keyId(),
                    secret.keyed().previous(),
                    secret.kind(),
                    uses ? CredentialRole.USED : CredentialRole.SIGHTED,
                    secret.path(),
                    uses ? null : file,
                    Extra.NONE))
        .toList();
  }

  /** Redacts single texts and remembers whether one could not be examined. */
  private final class Withholding {
    private boolean complete = true;

    /** Somebody may have written a token where its name belongs. */
    private Narrowing redact(Narrowing narrowing) {
      return new Narrowing(
          narrowing.file(),
          redact(narrowing.environments()),
          redact(narrowing.resources()),
          redact(narrowing.verbs()),
          redact(narrowing.credentials()),
          narrowing.extra());
    }

    private List<String> redact(List<String> texts) {
      return texts.stream().map(text -> String.valueOf(redact(text))).toList();
    }

    private @Nullable String redact(@Nullable String text) {
      if (text == null) {
        return null;
      }
      try {
        Redaction redaction = redactor.redact(text);
        complete &= redaction.status() == Redaction.Status.COMPLETE;
        return redaction.text();
      } catch (RuntimeException e) {
        log.error("The redactor failed with {}; a field is withheld", e.getClass());
        complete = false;
        return "[[withheld]]";
      }
    }
  }
}
