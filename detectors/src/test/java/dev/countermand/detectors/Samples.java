package dev.countermand.detectors;

import dev.countermand.detectors.grant.Grants;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.Wire;
import dev.countermand.model.json.Extra;
import dev.countermand.testkit.ActionSample;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Records for tests. */
final class Samples {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final Map<String, String> FINGERPRINTS =
      Map.of("granted", "1".repeat(32), "foreign", "2".repeat(32), "stray", "3".repeat(32));

  static final Known KNOWN = Known.credentials(Samples::registry);

  private Samples() {}

  /** Every detector, and no understanding: an action has the effects it brings. */
  static Scoring scoring() {
    return new Scoring(
        Action::effects,
        ServiceLoader.load(Detector.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  static Action attempt(String id, Instant time, Effect... effects) {
    return action(id, time, Phase.ATTEMPT, Outcome.UNKNOWN, "call-" + id, effects);
  }

  static Action action(
      String id, Instant time, Phase phase, Outcome outcome, String call, Effect... effects) {
    return action(id, time, phase, outcome, call, List.of(effects), List.of());
  }

  static Action action(
      String id,
      Instant time,
      Phase phase,
      Outcome outcome,
      String call,
      List<Effect> effects,
      List<CredentialMention> credentials) {
    return action("agent", id, time, phase, outcome, call, effects, credentials);
  }

  static Action action(
      String agent,
      String id,
      Instant time,
      Phase phase,
      Outcome outcome,
      String call,
      List<Effect> effects,
      List<CredentialMention> credentials) {
    return ActionSample.of(id, time)
        .agent(agent)
        .phase(phase, outcome)
        .call(call)
        .command("some command")
        .credentials(credentials)
        .effects(effects)
        .build();
  }

  /** Reads {@code verb type:id in environment [reversible] [sure 0.4]}. */
  static Effect effect(String text) {
    List<String> words = Arrays.asList(text.split(" "));
    int colon = words.get(1).indexOf(':');
    int sure = words.indexOf("sure");
    return new Effect(
        wire(Verb.values(), words.get(0)),
        new Resource(
            words.get(1).substring(0, colon), words.get(1).substring(colon + 1), words.get(3)),
        words.contains("reversible"),
        sure < 0 ? 0.9 : Double.parseDouble(words.get(sure + 1)),
        text);
  }

  /** Reads {@code role name [in file]}. */
  static CredentialMention mention(String text) {
    String[] words = text.split(" ");
    return new CredentialMention(
        FINGERPRINTS.getOrDefault(words[1], words[1]),
        "k1",
        "oauth2-token",
        wire(CredentialRole.values(), words[0]),
        "/input/command",
        words.length > 3 ? words[3] : null,
        Extra.NONE);
  }

  static Scope scope(Action action, @Nullable Task task) {
    return Grants.BUILT_IN.scope(action, task, KNOWN);
  }

  static Task task() {
    return new Task(
        "task-1",
        NOON.minusSeconds(60),
        "agent",
        TaskStatus.OPEN,
        "tidy up",
        List.of("local", "staging"),
        List.of("file:build/*", "volume:scratch-*"),
        List.of(Verb.READ, Verb.DELETE),
        List.of(FINGERPRINTS.get("granted")),
        NOON.minusSeconds(60),
        NOON.plusSeconds(86_400),
        "alice",
        Extra.NONE);
  }

  static Optional<Credential> registry(String fingerprint) {
    return fingerprint.equals(FINGERPRINTS.get("stray")) || !FINGERPRINTS.containsValue(fingerprint)
        ? Optional.empty()
        : Optional.of(
            new Credential(
                fingerprint,
                "k1",
                NOON,
                "provider-admin",
                "oauth2-token",
                "provider",
                "platform",
                "production",
                List.of("destroy:volume"),
                Map.of(),
                null,
                "bob",
                Extra.NONE));
  }

  static <V extends Wire> V wire(V[] values, String name) {
    return Arrays.stream(values).filter(v -> v.wireName().equals(name)).findFirst().orElseThrow();
  }
}
