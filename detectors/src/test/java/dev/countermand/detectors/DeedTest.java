package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeedTest {
  private static @Nullable String deed(
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

  @Test
  void whatWasDoneWeighsMoreThanWhatWasTriedAndOtherWordsWeighNothing() {
    String tried = Objects.requireNonNull(attempt("destroy volume:a in production"));
    String done =
        Objects.requireNonNull(
            deed(Phase.RESULT, Outcome.SUCCESS, List.of(), "destroy volume:a in production"));
    String less = Objects.requireNonNull(attempt("delete volume:a in production"));
    assertThat(Deed.weight(done)).isGreaterThan(Deed.weight(tried));
    assertThat(Deed.weight(tried)).isGreaterThan(Deed.weight(less));
    assertThat(Deed.weight(less)).isPositive();
    assertThat(Deed.weight("An irreversible effect")).isZero();
  }
}
