package dev.countermand.detectors.credentialscope;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Sighting;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.Text;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds credentials that an agent sees or uses and that its open task was not given.
 *
 * <p>A use against the grant of an open task is to be contained. Where no task is open, nobody has
 * said what the agent may use: the use of a registered credential is to be asked about, that of an
 * unknown one told of. A sighting is told of once, when the agent first comes across the credential
 * or no longer has leave to; that of an unregistered one only while a task is open.
 */
public final class CredentialScopeDetector implements Detector {
  private static final int SHOWN_DIGITS = 12;

  @Override
  public String id() {
    return "credential-scope";
  }

  @Override
  public String name() {
    return "Credential outside the task";
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    if (situation.action().phase() == Phase.NOTICE) {
      return Optional.empty();
    }
    Map<String, CredentialMention> outside = new LinkedHashMap<>();
    for (CredentialMention mention : situation.action().credentials()) {
      if (!situation.scope().grantsCredential(mention)
          && isNews(situation, mention)
          && matters(situation, mention)) {
        outside.merge(mention.fingerprint(), mention, CredentialScopeDetector::used);
      }
    }
    if (outside.isEmpty()) {
      return Optional.empty();
    }
    List<Judged> judged = new ArrayList<>();
    outside.values().forEach(mention -> judged.add(judge(situation, mention)));
    judged.sort((a, b) -> b.severity.compareTo(a.severity));
    return Optional.of(finding(situation, judged));
  }

  /** One credential with what it calls for. */
  private record Judged(
      CredentialMention mention,
      Optional<Credential> registered,
      Severity severity,
      Recommendation recommendation) {}

  private static boolean isNews(Situation situation, CredentialMention mention) {
    return mention.role() == CredentialRole.USED
        || situation.sighting(mention).map(Sighting::granted).orElse(true);
  }

  /**
   * What nobody registered and no task was asked to keep away from is only remembered when it is
   * seen; it is told of when it is used.
   */
  private static boolean matters(Situation situation, CredentialMention mention) {
    return mention.role() == CredentialRole.USED
        || situation.scope().task().isPresent()
        || situation.registered(mention).isPresent();
  }

  private static CredentialMention used(CredentialMention a, CredentialMention b) {
    return a.role() == CredentialRole.USED ? a : b;
  }

  private static Judged judge(Situation situation, CredentialMention mention) {
    Optional<Credential> registered = situation.registered(mention);
    boolean taskOpen = situation.scope().task().isPresent();
    if (mention.role() == CredentialRole.SIGHTED) {
      return new Judged(mention, registered, Severity.MEDIUM, Recommendation.NOTIFY);
    }
    if (taskOpen && situation.scope().given(mention)) {
      // Only the repository takes it away; whoever writes there has nobody contained.
      return new Judged(mention, registered, Severity.HIGH, Recommendation.ASK);
    }
    if (taskOpen) {
      return new Judged(mention, registered, Severity.CRITICAL, Recommendation.CONTAIN);
    }
    return registered.isPresent()
        ? new Judged(mention, registered, Severity.HIGH, Recommendation.ASK)
        : new Judged(mention, registered, Severity.MEDIUM, Recommendation.NOTIFY);
  }

  private Finding finding(Situation situation, List<Judged> judged) {
    Judged gravest = judged.get(0);
    boolean used = gravest.mention.role() == CredentialRole.USED;
    // MITRE ATT&CK: Valid Accounts; Unsecured Credentials: Credentials In Files.
    FindingDraft draft = new FindingDraft(this, situation).technique(used ? "T1078" : "T1552.001");
    for (Judged one : judged) {
      String fingerprint = one.mention.fingerprint();
      draft.credential(fingerprint).because(what(one)).because(origin(situation, one, draft));
    }
    draft.because(situation.scope().description());
    double confidence = gravest.registered.isPresent() ? 1 : 0.7;
    return draft.conclude(
        gravest.severity, confidence, gravest.recommendation, summary(situation, gravest, used));
  }

  private static String summary(Situation situation, Judged judged, boolean used) {
    String file = judged.mention.file();
    return "The action "
        + (used ? "uses " : "shows the agent ")
        + called(judged)
        + (used || file == null ? "" : " in " + Text.line(file, 120))
        + ", which "
        + withheld(situation, judged.mention)
        + ".";
  }

  private static String withheld(Situation situation, CredentialMention mention) {
    Scope scope = situation.scope();
    Optional<String> task = scope.task().map(open -> "the open task " + open.id());
    if (scope.given(mention)) {
      return task.orElse("its profile")
          + " was given, and which "
          + Text.line(scope.narrowedBy().orElse("its repository"), 80)
          + " of its repository takes away";
    }
    return task.orElse("no open task") + " was " + (task.isPresent() ? "not " : "") + "given";
  }

  private static String called(Judged judged) {
    return judged
        .registered
        .map(known -> "the credential " + known.name() + " of " + known.environment())
        .orElseGet(() -> "an unregistered " + judged.mention.kind() + " credential");
  }

  private static String what(Judged judged) {
    String fingerprint = judged.mention.fingerprint();
    String start = fingerprint.substring(0, Math.min(SHOWN_DIGITS, fingerprint.length()));
    String known =
        judged
            .registered
            .map(
                c ->
                    "registered as "
                        + c.name()
                        + ", owner "
                        + (c.owner() == null ? "nobody" : c.owner())
                        + ", environment "
                        + c.environment()
                        + (c.capabilities().isEmpty()
                            ? ""
                            : ", can " + String.join(" ", c.capabilities())))
            .orElse("not registered");
    return judged.mention.role().wireName()
        + ": "
        + judged.mention.kind()
        + " with fingerprint "
        + start
        + ", "
        + known;
  }

  private static String origin(Situation situation, Judged judged, FindingDraft draft) {
    Optional<Sighting> first = situation.sighting(judged.mention);
    if (first.isPresent()) {
      Sighting seen = first.get();
      draft.related(seen.actionId());
      return "first seen by this agent at "
          + seen.time()
          + " in action "
          + seen.actionId()
          + (seen.file() == null ? "" : ", in " + seen.file());
    }
    String file = judged.mention.file();
    return "not seen by this agent before; it stands in "
        + (file == null ? judged.mention.field() : file);
  }
}
