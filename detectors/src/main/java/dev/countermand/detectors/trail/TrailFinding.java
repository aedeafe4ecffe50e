package dev.countermand.detectors.trail;

import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Text;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Builds a finding about the use of a credential; bounded as a {@link FindingDraft} is. */
public final class TrailFinding {
  private final TrailDetector detector;
  private final CredentialTouch use;
  private final String key;
  private final List<String> because = new ArrayList<>();
  private final Set<String> related = new LinkedHashSet<>();
  private final List<String> techniques = new ArrayList<>();

  /** Starts a finding of a detector about a use. */
  public TrailFinding(TrailDetector detector, TrailSituation situation, CredentialTouch use) {
    this.detector = detector;
    this.use = use;
    this.key = situation.key();
  }

  /** Adds a line of evidence. */
  public TrailFinding because(String line) {
    if (because.size() < FindingDraft.MAX_LINES) {
      because.add(Text.line(line, FindingDraft.MAX_LINE));
    }
    return this;
  }

  /** Adds a touch as evidence, and names its action. */
  public TrailFinding because(String what, CredentialTouch touch) {
    if (!touch.actionId().equals(use.actionId())) {
      related.add(touch.actionId());
    }
    return because(
        what
            + " at "
            + touch.time()
            + " by "
            + touch.agentId()
            + (touch.subagentId() == null ? "" : " (sub-agent " + touch.subagentId() + ")")
            + " on "
            + touch.source()
            + (touch.file() == null ? "" : " in " + touch.file())
            + ", action "
            + touch.actionId()
            + (touch.granted() ? ", covered by what it was granted" : ", granted by no task"));
  }

  /** Names a MITRE ATT&CK technique. */
  public TrailFinding technique(String id) {
    techniques.add(id);
    return this;
  }

  /** The finding, with the deterministic id and the time of the use. */
  public Finding conclude(
      Severity severity, double confidence, Recommendation recommendation, String summary) {
    return new Finding(
        // One action can touch several credentials, and each is a finding of its own.
        use.actionId() + ":" + detector.id() + ":" + key,
        use.time(),
        use.actionId(),
        List.copyOf(related),
        use.agentId(),
        use.sessionId(),
        use.taskId(),
        detector.id(),
        detector.name(),
        Text.line(summary, FindingDraft.MAX_LINE),
        null,
        0,
        because,
        severity,
        confidence,
        recommendation,
        List.of(use.fingerprint()),
        List.of(),
        techniques,
        Extra.NONE);
  }
}
