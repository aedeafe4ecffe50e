package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.baseline.Features.Sample;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.testkit.ActionSample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String TOKEN = "11111111111111111111111111111111";

  @Test
  void anAttemptCountsItsEffectsForAgentCredentialAndResource() {
    Features features =
        Features.of(
            action(
                Phase.ATTEMPT,
                "hook",
                Outcome.UNKNOWN,
                Decision.ALLOW,
                Severity.LOW,
                List.of(
                    effect(Verb.DELETE, "file", "local"),
                    effect(Verb.DELETE, "file", "local"),
                    effect(Verb.READ_SECRET, "credential", "production"),
                    effect(Verb.EXECUTE, "program", "local"))));

    assertThat(features.time()).isEqualTo(NOON);
    assertThat(features.peers()).isEqualTo("peers:hook");
    assertThat(features.samples()).allMatch(Sample::teaches);
    assertThat(counted(features))
        .containsExactlyInAnyOrder(
            "agent:a deletes 2",
            "agent:a secret-reads 1",
            "credential:" + TOKEN + " deletes 2",
            "credential:" + TOKEN + " secret-reads 1",
            "resource:file@local deletes 2",
            "resource:credential@production secret-reads 1");
  }

  @Test
  void theResultOfAnAttemptCountsOnlyThatItFailed() {
    List<Effect> effects = List.of(effect(Verb.DELETE, "file", "local"));

    assertThat(counted(result("hook", Outcome.SUCCESS, effects))).isEmpty();
    assertThat(counted(result("hook", Outcome.FAILURE, effects)))
        .containsExactlyInAnyOrder(
            "agent:a failures 1",
            "credential:" + TOKEN + " failures 1",
            "resource:file@local failures 1");
    assertThat(counted(result("provider", Outcome.SUCCESS, effects)))
        .contains("agent:a deletes 1", "resource:file@local deletes 1");
  }

  @Test
  void aGraveFindingMarksEveryFeatureOfEverySubject() {
    Features features =
        Features.of(
            action(
                Phase.ATTEMPT,
                "hook",
                Outcome.UNKNOWN,
                Decision.ASK,
                Severity.HIGH,
                List.of(effect(Verb.SEND, "mail", "local"))));

    assertThat(features.samples()).noneMatch(Sample::teaches).hasSize(3 * Feature.values().length);
  }

  @Test
  void ofAContainedAgentNothingIsAnExample() {
    Action free =
        action(
            Phase.ATTEMPT,
            "hook",
            Outcome.UNKNOWN,
            Decision.DENY,
            Severity.NONE,
            List.of(effect(Verb.READ, "file", "local")));
    Action contained =
        free.scored(null, free.effects(), Objects.requireNonNull(free.score()).under("order-1"));

    assertThat(Features.of(contained).samples())
        .noneMatch(Sample::teaches)
        .hasSize(3 * Feature.values().length);
    assertThat(Features.teaches(contained)).isFalse();
    assertThat(Features.of(free).samples()).anyMatch(Sample::teaches);
  }

  @Test
  void ofARefusalOnlyTheRefusalIsAnExample() {
    Features features =
        Features.of(
            action(
                Phase.ATTEMPT,
                "hook",
                Outcome.UNKNOWN,
                Decision.DENY,
                Severity.MEDIUM,
                List.of(effect(Verb.DELETE, "file", "local"))));

    assertThat(features.samples().stream().filter(Sample::teaches))
        .extracting(Sample::feature)
        .containsOnly(Feature.DENIALS);
  }

  @Test
  void whatAResultBroughtAndASentAttemptCarriedCountsForTheAgentInWholeKib() {
    Action read =
        ActionSample.of("r", Instant.parse("2026-11-20T12:00:00Z"))
            .agent("a")
            .phase(Phase.RESULT, Outcome.SUCCESS)
            .outputBytes(3_000)
            .effects(List.of(effect(Verb.READ, "file", "local")))
            .build();
    ObjectNode attempt =
        Action.CODEC.toTree(
            ActionSample.of("s", Instant.parse("2026-11-20T12:00:00Z"))
                .agent("a")
                .effects(List.of(effect(Verb.SEND, "mail", "production")))
                .build());
    attempt.withObject("/countermand/action").put("input_bytes", 5_000);
    Action sent = Action.CODEC.fromTree(attempt);

    assertThat(Features.of(read).samples())
        .containsExactly(new Sample("agent:a", Feature.KIB_READ, 2, true));
    assertThat(Features.of(sent).samples())
        .contains(new Sample("agent:a", Feature.KIB_SENT, 4, true))
        .noneMatch(one -> one.feature() == Feature.KIB_SENT && !one.subject().startsWith("agent:"));
    assertThat(Features.unscored(read, read.effects())).isEqualTo(Map.of(Feature.KIB_READ, 2L));
  }

  @Test
  void aNoticeCountsForNobody() {
    assertThat(
            Features.of(
                    action(
                        Phase.NOTICE,
                        "hook",
                        Outcome.UNKNOWN,
                        Decision.ALLOW,
                        Severity.NONE,
                        List.of()))
                .samples())
        .isEmpty();
  }

  @Test
  void anActionWithThousandsOfEffectsHasFewSamples() {
    List<Effect> effects = new ArrayList<>();
    IntStream.range(0, 5_000)
        .forEach(i -> effects.add(effect(Verb.DESTROY, "x".repeat(400) + i, "e" + i)));

    Features features =
        Features.of(
            action(
                Phase.ATTEMPT, "hook", Outcome.UNKNOWN, Decision.DENY, Severity.CRITICAL, effects));

    assertThat(features.samples()).hasSizeLessThanOrEqualTo(Features.MAX_SAMPLES);
    assertThat(features.samples()).allMatch(s -> s.count() <= 1_000 && s.subject().length() < 600);
  }

  @Test
  void anActionCountsForTheGroupThatItWasComparedWith() {
    Score score =
        new Score(
            Decision.ALLOW,
            Severity.NONE,
            List.of(),
            NOON,
            "peers:claude-code/refactoring",
            null,
            Extra.NONE);
    Action scored = ActionSample.of("id", NOON).kind("codex").score(score).build();

    assertThat(Features.of(scored).peers()).isEqualTo("peers:claude-code/refactoring");
    assertThat(Features.peers(scored)).isEqualTo("peers:claude-code/refactoring");
  }

  @Test
  void whereAScoreNamesNoGroupItIsThatOfTheWitness() {
    Score other =
        new Score(
            Decision.ALLOW, Severity.NONE, List.of(), NOON, "agent:somebody", null, Extra.NONE);

    assertThat(Features.peers(ActionSample.of("id", NOON).kind("codex").build()))
        .isEqualTo("peers:hook");
    assertThat(Features.peers(ActionSample.of("id", NOON).score(other).build()))
        .isEqualTo("peers:hook");
  }

  private static List<String> counted(Features features) {
    return features.samples().stream()
        .map(s -> s.subject() + " " + s.feature().wireName() + " " + s.count())
        .toList();
  }

  private static Features result(String witness, Outcome outcome, List<Effect> effects) {
    return Features.of(
        action(Phase.RESULT, witness, outcome, Decision.ALLOW, Severity.NONE, effects));
  }

  private static Effect effect(Verb verb, String type, String environment) {
    return new Effect(verb, new Resource(type, "x", environment), false, 0.9, "because");
  }

  private static Action action(
      Phase phase,
      String witness,
      Outcome outcome,
      Decision verdict,
      Severity severity,
      List<Effect> effects) {
    return ActionSample.of("id", NOON.plusSeconds(5))
        .received(NOON)
        .agent("a")
        .phase(phase, outcome)
        .witness(witness)
        .credentials(
            List.of(
                new CredentialMention(
                    TOKEN, "k1", "oauth2-token", CredentialRole.USED, "/input", null, Extra.NONE)))
        .effects(effects)
        .score(new Score(verdict, severity, List.of(), NOON, Extra.NONE))
        .build();
  }
}
