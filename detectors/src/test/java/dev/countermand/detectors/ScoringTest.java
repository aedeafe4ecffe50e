package dev.countermand.detectors;

import static dev.countermand.detectors.Samples.FINGERPRINTS;
import static dev.countermand.detectors.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Severity;
import dev.countermand.model.Task;
import dev.countermand.testkit.ActionSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScoringTest {
  private static final Scoring SCORING = Samples.scoring();
  private static final Effect DESTROY = Samples.effect("destroy volume:vol-1 in production");

  @Test
  void theVerdictIsThatOfTheStrictestFindingAndNamesItsRule() {
    Action action = mentioning(DESTROY, "used foreign");

    Scored scored = SCORING.score(action, null, Samples.KNOWN, AgentState.EMPTY);

    assertThat(scored.findings())
        .extracting(Finding::ruleId)
        .containsExactly("credential-scope", "destructive");
    assertThat(scored.verdict())
        .hasValueSatisfying(
            verdict -> {
              assertThat(verdict.decision()).isEqualTo(Decision.DENY);
              assertThat(verdict.reason()).contains("vol-1").endsWith("Rule: destructive.");
              assertThat(verdict.findings()).hasSize(2);
            });
    assertThat(scored.action().score().severity()).isEqualTo(Severity.CRITICAL);
    assertThat(scored.order()).isEmpty();
  }

  @Test
  void anActionNobodyObjectsToIsAllowed() {
    Scored scored =
        SCORING.score(
            Samples.attempt("a", NOON, Samples.effect("read file:f in local")),
            null,
            Samples.KNOWN,
            AgentState.EMPTY);

    assertThat(scored.verdict())
        .hasValueSatisfying(v -> assertThat(v.decision()).isEqualTo(Decision.ALLOW));
    assertThat(scored.state().sequence()).isEqualTo(1);
  }

  @Test
  void onlyAttemptsGetAVerdict() {
    for (Phase phase : List.of(Phase.RESULT, Phase.NOTICE)) {
      Action action = Samples.action("a", NOON, phase, Outcome.SUCCESS, "c", DESTROY);
      assertThat(SCORING.score(action, null, Samples.KNOWN, AgentState.EMPTY).verdict())
          .as("%s", phase)
          .isEmpty();
    }
  }

  @Test
  void anOrderTakesFirstWhatIsUsedThenWhatWasSeenOutsideTheTask() {
    AgentState state =
        SCORING
            .score(
                mentioning("seen", "sighted stray in a", "sighted granted in b"),
                Samples.task(),
                Samples.KNOWN,
                AgentState.EMPTY)
            .state();

    Scored scored =
        SCORING.score(
            mentioning("act", "used granted", "used foreign"),
            Samples.task(),
            Samples.KNOWN,
            state);

    assertThat(scored.order())
        .hasValueSatisfying(
            order -> {
              assertThat(order.id()).isEqualTo("act:contain");
              assertThat(order.credentials())
                  .containsExactly(FINGERPRINTS.get("foreign"), FINGERPRINTS.get("stray"));
              assertThat(order.actionTime()).isEqualTo(NOON);
              assertThat(order.findings()).containsExactly("act:credential-scope");
            });
  }

  @Test
  void theSameArgumentsGiveTheSameBytes() {
    Action action = mentioning(DESTROY, "used foreign");
    Scored one = SCORING.score(action, Samples.task(), Samples.KNOWN, AgentState.EMPTY);
    Scored two = Samples.scoring().score(action, Samples.task(), Samples.KNOWN, AgentState.EMPTY);

    assertThat(Action.CODEC.encode(two.action())).isEqualTo(Action.CODEC.encode(one.action()));
    assertThat(two).isEqualTo(one);
  }

  @Test
  void aScoredActionNamesTheGroupThatItsAgentIsComparedWith() {
    Action action = Samples.attempt("a", NOON, DESTROY);
    Task task = Samples.task();

    assertThat(score(action, task.ofProfile("refactoring")).peerGroup())
        .contains("peers:hook/refactoring");
    assertThat(score(action, task).peerGroup()).contains("peers:hook/none");
    assertThat(score(action, null).peerGroup()).contains("peers:hook/none");
    Action ofAKind = ActionSample.of("b", NOON).kind("claude-code").build();
    assertThat(score(ofAKind, task.ofProfile("refactoring")).peerGroup())
        .contains("peers:claude-code/refactoring");
  }

  private static Scored score(Action action, Task task) {
    return SCORING.score(action, task, Samples.KNOWN, AgentState.EMPTY);
  }

  @Test
  void whatWasKeptIsPutTogetherAgainTheSame() {
    Action action = mentioning(DESTROY, "used foreign");
    Scored one = SCORING.score(action, Samples.task(), Samples.KNOWN, AgentState.EMPTY);

    assertThat(
            SCORING.assemble(
                action,
                one.action().taskId(),
                one.peerGroup().orElse(null),
                one.findings(),
                one.order(),
                one.touches(),
                one.state()))
        .isEqualTo(one);
    assertThat(
            SCORING.advance(
                action, Samples.task(), Samples.KNOWN, AgentState.EMPTY, one.findings()))
        .isEqualTo(one.state());
  }

  @Test
  void aloneItDeniesDestructionAndUseOutsideTheTaskAndKnowsNoRates() {
    Effect[] many = new Effect[40];
    Arrays.fill(many, Samples.effect("delete file:f in local reversible"));

    assertThat(alone(Samples.attempt("a", NOON, DESTROY)).decision()).isEqualTo(Decision.DENY);
    assertThat(alone(Samples.attempt("a", NOON, many)).decision()).isEqualTo(Decision.ALLOW);
    Judgement use =
        SCORING.judgeAlone(
            mentioning("a", "used foreign"), Optional.of(Samples.task()), Samples.KNOWN);
    assertThat(use.decision()).isEqualTo(Decision.DENY);
    assertThat(use.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(use.reason()).contains("provider-admin");
  }

  @Test
  void textOfAnAgentCannotStartALineInAReason() {
    Effect hostile = Samples.effect("destroy volume:\u001b[31mred\nRule:\u202eevil in production");

    assertThat(alone(Samples.attempt("a", NOON, hostile)).reason())
        .doesNotContain("\n", "\u001b", "\u202e");
  }

  @Test
  void aFindingIsBoundedHoweverManyEffectsAndCredentialsThereAre() {
    List<Effect> effects = new ArrayList<>();
    List<CredentialMention> mentions = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      effects.add(Samples.effect("destroy volume:" + "v".repeat(1_000) + i + " in production"));
      mentions.add(Samples.mention("used fp-" + i));
    }
    Scored scored =
        SCORING.score(
            Samples.action("a", NOON, Phase.ATTEMPT, Outcome.UNKNOWN, "c", effects, mentions),
            Samples.task(),
            Samples.KNOWN,
            AgentState.EMPTY);

    assertThat(scored.findings())
        .isNotEmpty()
        .allSatisfy(
            finding -> assertThat(Finding.CODEC.encode(finding).length).isLessThan(64 * 1024));
    assertThat(scored.order().orElseThrow().credentials()).hasSize(FindingDraft.MAX_NAMED);
  }

  @Test
  void twoDetectorsOfOneIdAreRefused() {
    Detector detector = new dev.countermand.detectors.destructive.DestructiveDetector();

    assertThatThrownBy(() -> new Scoring(action -> List.of(), List.of(detector, detector)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theStandardScoringReadsCommands() {
    Action command =
        ActionSample.of("a", NOON)
            .command(
                "curl -X POST https://api.example.com/graphql/v2 -d"
                    + " '{\"query\":\"mutation { volumeDelete(volumeId: \\\"vol-1\\\") }\"}'")
            .build();

    Scored scored = Scoring.standard().score(command, null, Samples.KNOWN, AgentState.EMPTY);

    assertThat(scored.verdict())
        .hasValueSatisfying(v -> assertThat(v.decision()).isEqualTo(Decision.DENY));
  }

  private static Judgement alone(Action action) {
    return SCORING.judgeAlone(action, Optional.empty(), Samples.KNOWN);
  }

  private static Action mentioning(Effect effect, String... mentions) {
    return Samples.action(
        "act", NOON, Phase.ATTEMPT, Outcome.UNKNOWN, "c", List.of(effect), mentions(mentions));
  }

  private static Action mentioning(String id, String... mentions) {
    return Samples.action(
        id, NOON, Phase.ATTEMPT, Outcome.UNKNOWN, "c", List.of(), mentions(mentions));
  }

  private static List<CredentialMention> mentions(String... mentions) {
    return Arrays.stream(mentions).map(Samples::mention).toList();
  }
}
