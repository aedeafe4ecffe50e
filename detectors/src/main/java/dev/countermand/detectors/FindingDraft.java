package dev.countermand.detectors;

import dev.countermand.model.Action;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Collects what a finding says, within bounds: at most {@value #MAX_LINES} lines of evidence of
 * {@value #MAX_LINE} characters, {@value #MAX_NAMED} credentials and related actions each and
 * {@value #MAX_RESOURCES} resources. For one thread.
 */
public final class FindingDraft {
  /** Most lines of evidence. */
  public static final int MAX_LINES = 24;

  /** Most resources. */
  public static final int MAX_RESOURCES = 8;

  /** Longest line of evidence and longest summary, in characters. */
  public static final int MAX_LINE = 400;

  /** Most credentials, and most related actions. */
  public static final int MAX_NAMED = 256;

  private final Detector detector;
  private final Situation situation;
  private final List<String> because = new ArrayList<>();
  private final Set<String> related = new LinkedHashSet<>();
  private final Set<String> credentials = new LinkedHashSet<>();
  private final List<String> techniques = new ArrayList<>();
  private int unsaid;

  /** Starts a finding of a detector about a situation. */
  public FindingDraft(Detector detector, Situation situation) {
    this.detector = detector;
    this.situation = situation;
  }

  /** Adds a line of evidence. */
  public FindingDraft because(String line) {
    if (because.size() < MAX_LINES) {
      because.add(Text.line(line, MAX_LINE));
    } else {
      unsaid++;
    }
    return this;
  }

  /** Names an earlier action the finding rests on; the action itself is left out. */
  public FindingDraft related(String actionId) {
    if (related.size() < MAX_NAMED && !actionId.equals(situation.action().id())) {
      related.add(actionId);
    }
    return this;
  }

  /** Names a credential by its fingerprint. */
  public FindingDraft credential(String fingerprint) {
    if (credentials.size() < MAX_NAMED) {
      credentials.add(fingerprint);
    }
    return this;
  }

  /** Names a MITRE ATT&CK technique. */
  public FindingDraft technique(String id) {
    techniques.add(id);
    return this;
  }

  /** The finding, with the deterministic id and the time of the action. */
  public Finding conclude(
      Severity severity, double confidence, Recommendation recommendation, String summary) {
    Action action = situation.action();
    List<String> lines = new ArrayList<>(because);
    String scope = situation.scope().description();
    if (lines.stream().noneMatch(line -> line.contains(scope))) {
      lines.add(Text.line(scope, MAX_LINE));
    }
    if (unsaid > 0) {
      lines.add("and " + unsaid + " more");
    }
    Optional<Deed> deed = Deed.of(situation);
    return new Finding(
        action.id() + ":" + detector.id(),
        action.time(),
        action.id(),
        List.copyOf(related),
        action.agentId(),
        action.sessionId(),
        situation.scope().taskId(),
        detector.id(),
        detector.name(),
        Text.line(summary, MAX_LINE),
        deed.map(Deed::words).orElse(null),
        deed.map(Deed::gravity).orElse(0L),
        List.copyOf(lines),
        severity,
        confidence,
        recommendation,
        List.copyOf(credentials),
        resources(),
        List.copyOf(techniques),
        Extra.NONE);
  }

  private List<String> resources() {
    return situation.located().stream()
        .map(Effect::resource)
        .map(one -> one.type() + ":" + one.id() + "@" + one.environment())
        .map(one -> Text.line(one, MAX_LINE))
        .distinct()
        .limit(MAX_RESOURCES)
        .toList();
  }
}
