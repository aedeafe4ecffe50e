package dev.countermand.detectors.inferreduse;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Sighting;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.understand.Taints;
import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the use of a credential that no command shows: what was read from a file into a variable is
 * handed to a program that talks to others, and in that file the agent has seen a credential that
 * no task gave it. Inferred from the text of commands, hence of lower confidence, and asked about.
 */
public final class InferredUseDetector implements Detector {
  private static final double INFERRED = 0.6;

  @Override
  public String id() {
    return "inferred-use";
  }

  @Override
  public String name() {
    return "Hidden use of a credential";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    if (situation.action().phase() != Phase.ATTEMPT
        || situation.before().memory().lineage().isEmpty()) {
      return Optional.empty();
    }
    Taints taints = Taints.of(situation.action().command());
    Set<String> files = new LinkedHashSet<>(taints.sentFiles());
    for (String name : taints.sentVariables()) {
      situation.before().memory().fileOf(name).ifPresent(files::add);
    }
    List<Sighting> used = new ArrayList<>();
    for (Sighting sighting : situation.before().memory().lineage()) {
      boolean foreign = !sighting.granted() && !situation.grants(sighting);
      String file = sighting.file();
      if (foreign && file != null && files.stream().anyMatch(one -> same(file, one))) {
        used.add(sighting);
      }
    }
    return used.isEmpty() ? Optional.empty() : Optional.of(finding(situation, used));
  }

  private Finding finding(Situation situation, List<Sighting> used) {
    FindingDraft draft =
        new FindingDraft(this, situation).technique("T1552.001").technique("T1078");
    boolean grave = situation.located().stream().anyMatch(Effect::destructive);
    for (Sighting sighting : used) {
      Optional<Credential> registered = situation.registered(sighting);
      grave |=
          registered.map(credential -> credential.environment().equals("production")).orElse(false);
      draft
          .credential(sighting.fingerprint())
          .related(sighting.actionId())
          .because(
              "inferred: something of "
                  + sighting.file()
                  + " is handed on, where "
                  + registered
                      .map(credential -> "the credential " + credential.name())
                      .orElse("an unregistered " + sighting.kind() + " credential")
                  + " was seen at "
                  + sighting.time()
                  + " in action "
                  + sighting.actionId());
    }
    draft.because(situation.scope().description());
    return draft.conclude(
        grave ? Severity.HIGH : Severity.MEDIUM,
        INFERRED,
        Recommendation.ASK,
        "The action seems to use a credential that it does not show, from "
            + used.get(0).file()
            + "; no task gave it to the agent.");
  }

  /** Whether two names are of one file, as far as names tell: one may be relative. */
  private static boolean same(String a, String b) {
    String one = bare(a);
    String other = bare(b);
    return one.equals(other) || one.endsWith("/" + other) || other.endsWith("/" + one);
  }

  private static String bare(String path) {
    return path.startsWith("./") ? path.substring(2) : path;
  }
}
