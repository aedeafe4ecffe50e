package dev.countermand.detectors.secretwritten;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.understand.shell.Command;
import dev.countermand.detectors.understand.shell.ShellParser;
import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds secrets that an agent is about to write where others read: into a commit, a message, the
 * query of a URL, a file that is no place for secrets. A person is asked before it leaves the
 * machine; what stays on it, and a URL, is told of.
 */
public final class SecretWrittenDetector implements Detector {
  /** What the collectors put in place of a secret begins with this. */
  private static final String MARKER = "[[secret:";

  private static final Set<String> FORGES = Set.of("gh", "glab", "hub", "tea");
  private static final Set<String> MESSAGES =
      Set.of("commit", "tag", "notes", "pr", "issue", "release", "gist", "mr", "snippet");

  private record Place(String words, Severity severity, Recommendation recommendation) {}

  @Override
  public String id() {
    return "secret-written";
  }

  @Override
  public String name() {
    return "Secret written where others read";
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    Action action = situation.action();
    List<CredentialMention> written =
        action.credentials().stream().filter(m -> m.field().startsWith("/input")).toList();
    if (action.phase() != Phase.ATTEMPT || written.isEmpty()) {
      return Optional.empty();
    }
    Place place = place(situation);
    if (place == null) {
      return Optional.empty();
    }
    FindingDraft draft = new FindingDraft(this, situation).technique("T1552");
    for (CredentialMention mention : written) {
      draft
          .credential(mention.fingerprint())
          .because("a " + mention.kind() + " credential stands in " + mention.field());
    }
    return Optional.of(
        draft.conclude(
            place.severity(),
            0.9,
            place.recommendation(),
            "The action would write a secret into " + place.words() + "."));
  }

  private static @Nullable Place place(Situation situation) {
    Action action = situation.action();
    String command = action.command();
    String message = command == null ? null : message(command);
    if (message != null) {
      return new Place(message, Severity.HIGH, Recommendation.ASK);
    }
    boolean sends =
        situation.effects().stream().map(Effect::verb).anyMatch(verb -> verb == Verb.SEND);
    if (action.kind() == ActionKind.MCP && sends) {
      return new Place("a message to others", Severity.HIGH, Recommendation.ASK);
    }
    String url = action.url();
    if (url != null && url.contains(MARKER)) {
      return new Place(
          "a URL, which servers and proxies log", Severity.MEDIUM, Recommendation.NOTIFY);
    }
    boolean kept =
        situation.effects().stream()
            .anyMatch(effect -> effect.resource().type().equals("private-file"));
    return action.kind() == ActionKind.FILE && !kept
        ? new Place("the file " + action.file(), Severity.MEDIUM, Recommendation.NOTIFY)
        : null;
  }

  /** A commit or a text on a forge in whose words a secret stands. */
  private static @Nullable String message(String command) {
    if (!command.contains(MARKER)) {
      return null;
    }
    for (Command one : ShellParser.parse(command).commands()) {
      List<String> words = one.words().stream().map(Word::text).toList();
      if (words.isEmpty() || words.stream().noneMatch(word -> word.contains(MARKER))) {
        continue;
      }
      boolean git = words.get(0).equals("git");
      boolean says =
          (git || FORGES.contains(words.get(0))) && words.stream().anyMatch(MESSAGES::contains);
      if (says) {
        return git ? "the history of a repository" : "a text on a code forge";
      }
    }
    return null;
  }
}
