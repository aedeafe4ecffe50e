package dev.countermand.streams;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.Scoring;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Learned;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.testkit.ActionSample;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Records for tests. */
final class Samples {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final String GRANTED = "11111111111111111111111111111111";
  static final String FOREIGN = "22222222222222222222222222222222";

  private Samples() {}

  /**
   * Scoring with every detector and a reading of its own: {@code destroy x} destroys a volume in
   * production, {@code rm x y} deletes local files.
   */
  static Scoring scoring() {
    return new Scoring(
        Samples::effects,
        ServiceLoader.load(Detector.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  private static List<Effect> effects(Action action) {
    String command = action.command();
    if (command == null || command.indexOf(' ') < 0) {
      return List.of();
    }
    List<String> words = List.of(command.split(" "));
    List<String> names = words.subList(1, words.size());
    return switch (words.get(0)) {
      case "destroy" -> effects(names, Verb.DESTROY, "volume", "production", command);
      case "rm" -> effects(names, Verb.DELETE, "file", "local", command);
      default -> List.of();
    };
  }

  private static List<Effect> effects(
      List<String> names, Verb verb, String type, String environment, String because) {
    return names.stream()
        .map(name -> new Effect(verb, new Resource(type, name, environment), false, 0.9, because))
        .toList();
  }

  /** A baseline of a thousand active minutes that had mostly two events and at most five. */
  static Baseline learned(String subject, String feature) {
    return new Baseline(
        subject,
        NOON,
        feature,
        2_000,
        1_200_000,
        new Learned(60, 1_000, 3, 2, 3, 4, 5, NOON.minusSeconds(1_200_000), null, Extra.NONE),
        Extra.NONE);
  }

  static Action shell(String id, String agent, Instant time, String command) {
    return action(id, agent, time, Phase.ATTEMPT, Outcome.UNKNOWN, command, List.of());
  }

  static Action action(
      String id,
      String agent,
      Instant time,
      Phase phase,
      Outcome outcome,
      @Nullable String command,
      List<CredentialMention> credentials) {
    return ActionSample.of(id, time)
        .agent(agent)
        .session("session-of-" + agent)
        .phase(phase, outcome)
        .call("call-" + id.replace("-result", ""))
        .command(command)
        .workingDirectory("/srv/app")
        .environment("staging")
        .credentials(credentials)
        .build();
  }

  static CredentialMention mention(String fingerprint, CredentialRole role, @Nullable String file) {
    return new CredentialMention(
        fingerprint, "k1", "oauth2-token", role, "/input/command", file, Extra.NONE);
  }

  static Task task(String agent) {
    return new Task(
        "task-of-" + agent,
        NOON.minusSeconds(600),
        agent,
        TaskStatus.OPEN,
        "tidy the staging build directory",
        List.of("staging", "local"),
        List.of("file:build/*"),
        List.of(Verb.READ, Verb.WRITE, Verb.DELETE),
        List.of(GRANTED),
        NOON.minusSeconds(600),
        null,
        "alice",
        Extra.NONE);
  }

  static Credential credential(String fingerprint) {
    return new Credential(
        fingerprint,
        "k1",
        NOON.minusSeconds(3_600),
        "provider-admin",
        "oauth2-token",
        "provider",
        "platform",
        "production",
        List.of("destroy:volume"),
        Map.of(),
        null,
        "bob",
        Extra.NONE);
  }
}
