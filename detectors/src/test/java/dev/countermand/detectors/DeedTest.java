package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeedTest {
  private static @Nullable String deed(
      Phase phase, Outcome outcome, List<CredentialMention> credentials, String... effects) {
    return of(phase, outcome, credentials, effects).map(Deed::words).orElse(null);
  }

  private static Optional<Deed> of(
      Phase phase, Outcome outcome, List<CredentialMention> credentials, String... effects) {
    List<Effect> all = Stream.of(effects).map(Samples::effect).toList();
    Action action = Samples.action("a", Samples.NOON, phase, outcome, "call", all, credentials);
    return Deed.of(
        new Situation(
            action,
            all,
            Samples.scope(action, null),
            Samples.KNOWN,
            AgentState.EMPTY,
            AgentState.EMPTY));
  }

  private static @Nullable String attempt(String... effects) {
    return deed(Phase.ATTEMPT, Outcome.UNKNOWN, List.of(), effects);
  }

  @Test
  void itSaysTheWorstOfWhatIsDoneToWhatWhereAndWithWhichCredential() {
    assertThat(
            deed(
                Phase.RESULT,
                Outcome.SUCCESS,
                List.of(Samples.mention("used foreign")),
                "read file:notes in local",
                "destroy volume:vol-1 in production",
                "delete volume:vol-2 in production"))
        .isEqualTo("destroyed volume vol-1 in production with provider-admin");
    assertThat(attempt("delete table:a in staging", "delete table:b in production"))
        .isEqualTo("tried to delete table b in production");
  }

  @Test
  void whatIsNotKnownToHaveHappenedWasTried() {
    assertThat(deed(Phase.RESULT, Outcome.FAILURE, List.of(), "delete table:a in staging"))
        .isEqualTo("tried to delete table a in staging");
  }

  @Test
  void aCredentialThatOnlyPassedByIsNotWhatItWasDoneWithAndAnUnregisteredOneIsCalledThat() {
    assertThat(
            deed(
                Phase.ATTEMPT,
                Outcome.UNKNOWN,
                List.of(Samples.mention("sighted foreign")),
                "read file:x in local"))
        .isEqualTo("tried to read file x");
    assertThat(
            deed(
                Phase.ATTEMPT,
                Outcome.UNKNOWN,
                List.of(Samples.mention("used stray")),
                "send service:api in unknown"))
        .isEqualTo("tried to send service api with an unregistered oauth2-token");
  }

  @Test
  void whereNothingIsKnownOfItThereIsNone() {
    assertThat(attempt()).isNull();
  }

  @Test
  void whatAnAgentWroteStaysShortAndInOneLine() {
    String deed = attempt("delete file:\u202ea\u001b[31m" + "x".repeat(500) + " in production");
    assertThat(deed).hasSizeLessThanOrEqualTo(Deed.MAX).doesNotContain("\u202e", "\u001b");
  }

  private static long gravity(Outcome outcome, String effect) {
    return of(Phase.RESULT, outcome, List.of(), effect).map(Deed::gravity).orElse(0L);
  }

  @Test
  void aGraverVerbWeighsMoreThanProductionAndThatMoreThanWhetherItHappened() {
    assertThat(
            Stream.of(
                gravity(Outcome.FAILURE, "delete volume:a in staging"),
                gravity(Outcome.SUCCESS, "delete volume:a in staging"),
                gravity(Outcome.FAILURE, "delete volume:a in production"),
                gravity(Outcome.SUCCESS, "delete volume:a in production"),
                gravity(Outcome.FAILURE, "destroy volume:a in staging")))
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(weight -> weight > 0);
  }

  @Test
  void everyVerbWeighsMoreThanTheOneBeforeIt() {
    assertThat(
            Stream.of(Verb.values())
                .map(verb -> gravity(Outcome.SUCCESS, verb.wireName() + " volume:a in production")))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void theWordsThatAnAgentTypedWeighNothing() {
    assertThat(gravity(Outcome.SUCCESS, "read file:destroyed-volume-vol-1-in-production in local"))
        .isEqualTo(gravity(Outcome.SUCCESS, "read file:notes in local"));
  }
}
