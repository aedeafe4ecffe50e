package dev.countermand.dashboards.timeline;

import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.Origin;
import dev.countermand.dashboards.timeline.Entry.How;
import dev.countermand.dashboards.timeline.Entry.Lane;
import dev.countermand.dashboards.timeline.Entry.Touch;
import dev.countermand.model.Action;
import dev.countermand.model.Approval;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Located;
import dev.countermand.model.Phase;
import dev.countermand.model.Score;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes entries of documents. Thread-safe. */
public final class Entries {
  private static final String HOOK = "hook";

  private final String namespace;
  private final Function<CredentialMention, Optional<Credential>> registered;

  /**
   * Makes entries that are said to be in the data streams of a namespace.
   *
   * @param namespace of the configuration
   * @param registered what is registered of a credential, by which entries say where a call hit
   */
  public Entries(String namespace, Function<CredentialMention, Optional<Credential>> registered) {
    this.namespace = namespace;
    this.registered = registered;
  }

  /**
   * What is registered of a credential that was mentioned.
   *
   * @param byFingerprint knows the fingerprints of the current key and of earlier ones
   */
  public static Optional<Credential> registered(
      CredentialMention mention, Function<String, Optional<Credential>> byFingerprint) {
    return byFingerprint
        .apply(mention.fingerprint())
        .or(() -> Optional.ofNullable(mention.previous()).flatMap(byFingerprint));
  }

  /** The entry of a scored action. */
  public Entry of(Action action, @Nullable Origin origin) {
    List<String> details = new ArrayList<>();
    // As findings and titles say it.
    List<Effect> effects = Located.effects(action, action.effects(), registered);
    effects.forEach(
        effect ->
            details.add(
                effect.verb().wireName()
                    + " "
                    + effect.resource().type()
                    + " "
                    + effect.resource().id()
                    + " in "
                    + effect.resource().environment()
                    + (effect.reversible() ? "" : ", for good")
                    + ": "
                    + effect.because()));
    for (CredentialMention credential : action.credentials()) {
      details.add(
          credential.role().wireName()
              + " "
              + credential.kind()
              + " "
              + credential.fingerprint()
              + (credential.file() == null ? "" : " in " + credential.file()));
    }
    if (action.taskId() != null) {
      details.add("task " + action.taskId());
    }
    details.add("session " + action.sessionId() + ", told by " + action.source());
    return entry(
        origin,
        action.time(),
        action.witness().equals(HOOK) ? Lane.AGENT : Lane.PROVIDER,
        action.phase().wireName() + answered(action),
        action.id(),
        action.agentId(),
        null,
        told(action),
        details,
        List.of(),
        effects,
        touches(action),
        answer(action),
        DataStream.ACTION);
  }

  /** The kill switch answers before scoring, whatever that says afterwards. */
  private static @Nullable Decision answer(Action action) {
    Score score = action.score();
    if (score == null || action.phase() != Phase.ATTEMPT) {
      return null;
    }
    return score.containedBy() == null ? score.verdict() : Decision.DENY;
  }

  private static String answered(Action action) {
    Decision answer = answer(action);
    String by = action.score() == null ? null : action.score().containedBy();
    return answer == null
        ? ""
        : " -> " + answer.wireName() + (by == null ? "" : " (contained by " + by + ")");
  }

  private static List<Touch> touches(Action action) {
    return action.credentials().stream()
        .map(
            one ->
                new Touch(
                    one.fingerprint(),
                    one.role() == CredentialRole.USED ? How.USED : How.SEEN,
                    one.file()))
        .toList();
  }

  private static String told(Action action) {
    String tool = action.tool() == null ? action.name() : action.tool();
    String about =
        action.command() != null
            ? action.command()
            : action.url() != null ? action.url() : action.file();
    return about == null ? tool : tool + ": " + about;
  }

  /** The entry of a finding. */
  public Entry of(Finding finding, @Nullable Origin origin) {
    List<String> related = new ArrayList<>(finding.relatedActions());
    related.add(finding.actionId());
    return entry(
        origin,
        finding.time(),
        Lane.COUNTERMAND,
        "found " + finding.ruleId(),
        finding.id(),
        finding.agentId(),
        finding.severity().wireName(),
        finding.summary(),
        finding.because(),
        related,
        List.of(),
        finding.credentials().stream().map(one -> new Touch(one, How.NAMED, null)).toList(),
        null,
        DataStream.FINDING);
  }

  /** The entry of what became of a step of containment. */
  public Entry of(ContainmentOutcome outcome, @Nullable Origin origin) {
    List<String> details = new ArrayList<>();
    if (outcome.proof() != null) {
      details.add("proof: " + outcome.proof());
    }
    if (outcome.credential() != null) {
      details.add("credential " + outcome.credential());
    }
    details.add("order " + outcome.orderId());
    return entry(
        origin,
        outcome.time(),
        Lane.COUNTERMAND,
        outcome.step().wireName() + " " + outcome.state().wireName(),
        outcome.id(),
        outcome.agentId(),
        null,
        (outcome.provider() == null ? "" : outcome.provider() + ": ") + outcome.reason(),
        details,
        List.of(),
        List.of(),
        outcome.credential() == null
            ? List.of()
            : List.of(new Touch(outcome.credential(), How.TAKEN, null)),
        null,
        DataStream.OUTCOME);
  }

  /** The entry of what a person said. */
  public Entry of(Approval approval, @Nullable Origin origin) {
    return entry(
        origin,
        approval.time(),
        Lane.PEOPLE,
        approval.decision().wireName(),
        approval.orderId() + ":" + approval.by(),
        approval.agentId(),
        null,
        approval.by() + ": " + approval.reason(),
        List.of("order " + approval.orderId()),
        List.of(),
        List.of(),
        List.of(),
        null,
        null);
  }

  /** The entry of a change that somebody made. */
  public Entry of(AuditEvent event, @Nullable Origin origin) {
    List<String> details = new ArrayList<>();
    if (event.before() != null) {
      details.add("before: " + event.before());
    }
    if (event.after() != null) {
      details.add("after: " + event.after());
    }
    return entry(
        origin,
        event.time(),
        Lane.PEOPLE,
        event.operation(),
        event.id(),
        event.agentId(),
        null,
        event.actor() + " by " + event.via() + ": " + event.subject(),
        details,
        List.of(),
        List.of(),
        List.of(),
        null,
        DataStream.AUDIT);
  }

  private Entry entry(
      @Nullable Origin origin,
      Instant time,
      Lane lane,
      String what,
      String id,
      @Nullable String agent,
      @Nullable String severity,
      String text,
      List<String> details,
      List<String> related,
      List<Effect> effects,
      List<Touch> credentials,
      @Nullable Decision answer,
      @Nullable DataStream stream) {
    return new Entry(
        time,
        lane,
        what,
        id,
        agent,
        severity,
        text,
        details,
        related,
        origin,
        effects,
        credentials,
        answer,
        stream == null ? null : stream.in(namespace));
  }
}
