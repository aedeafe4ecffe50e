package dev.countermand.detectors.risk;

import static dev.countermand.detectors.risk.Signals.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.Severity;
import dev.countermand.testkit.FindingSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RiskStateTest {
  private static final Duration HALF_LIFE = Duration.ofHours(6);

  private static RiskState of(List<Signal> signals) {
    RiskState state = RiskState.EMPTY;
    for (Signal signal : signals) {
      state = state.plus(signal, HALF_LIFE);
    }
    return state;
  }

  private static double score(List<Signal> signals) {
    return of(signals).score(HALF_LIFE);
  }

  @Provide
  Arbitrary<List<Signal>> signals() {
    return Signals.any().list().ofMinSize(1).ofMaxSize(30);
  }

  @Property
  void anyOrderAndAnyRepetitionOfTheSameFindingsGiveTheSameRisk(
      @ForAll("signals") List<Signal> signals, @ForAll Random random) {
    List<Signal> again = new ArrayList<>(signals);
    again.addAll(signals.subList(0, random.nextInt(signals.size() + 1)));
    Collections.shuffle(again, random);

    RiskState once = of(signals);
    RiskState other = of(again);

    assertThat(other.score(HALF_LIFE)).isEqualTo(once.score(HALF_LIFE));
    assertThat(other.contributions())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("count")
        .isEqualTo(once.contributions());
  }

  @Property
  void aRiskIsAlwaysBetween0And100AndNoFindingLowersItWhileItsTimeStands(
      @ForAll("signals") List<Signal> signals) {
    Instant end = NOON.plus(Duration.ofDays(2));
    Signal last = Signals.of("end", "end", Severity.NONE, 1, end, "");
    RiskState state = RiskState.EMPTY.plus(last, HALF_LIFE);
    double before = 0;
    for (Signal signal : signals) {
      state = state.plus(signal, HALF_LIFE);
      double now = state.score(HALF_LIFE);
      assertThat(now).isBetween(before - 1e-9, 100.0);
      before = now;
    }
  }

  @Property
  void aGraverFindingNeverMakesLessRisk(
      @ForAll("signals") List<Signal> signals, @ForAll Random random) {
    int at = random.nextInt(signals.size());
    Signal one = signals.get(at);
    for (Severity severity : Severity.values()) {
      if (severity.compareTo(one.severity()) > 0) {
        List<Signal> graver = new ArrayList<>(signals);
        graver.set(at, Signals.graver(one, severity));
        assertThat(score(graver)).isGreaterThanOrEqualTo(score(signals) - 1e-9);
      }
    }
  }

  @Property
  void tenIdenticalFindingsNeverBeatOneOfThemAndOneOfAnotherKind(
      @ForAll("signals") List<Signal> signals) {
    Signal one = signals.get(0);
    List<Signal> ten = new ArrayList<>(signals);
    ten.addAll(Collections.nCopies(10, one));
    List<Signal> other = new ArrayList<>(signals);
    other.add(Signals.of("other", "another-kind", Severity.LOW, 0.5, one.time(), ""));

    assertThat(score(ten)).isEqualTo(score(signals)).isLessThanOrEqualTo(score(other));
  }

  @Property
  void aRiskNeverGrowsByItself(@ForAll("signals") List<Signal> signals) {
    RiskState state = of(signals);
    Instant at = state.latest();
    double before = state.score(HALF_LIFE);
    for (int i = 0; i < 20; i++) {
      at = at.plus(Duration.ofHours(1));
      double now = Risk.score(state.contributions(), at, HALF_LIFE);
      assertThat(now).isLessThanOrEqualTo(before);
      before = now;
    }
  }

  @Test
  void oneFindingWeighsSeverityTimesConfidenceAndHalfAfterAHalfLife() {
    Signal one = Signals.of("f", "destructive", Severity.HIGH, 0.5, NOON, "");
    RiskState state = of(List.of(one));

    assertThat(state.score(HALF_LIFE)).isCloseTo(36.5, within(1e-9));
    assertThat(Risk.score(state.contributions(), NOON.plus(HALF_LIFE), HALF_LIFE))
        .isCloseTo(18.25, within(1e-9));
  }

  @Test
  void howManyThereWereOfAKindIsCountedAndTheStrongestIsNamed() {
    RiskState state =
        of(
            List.of(
                Signals.of("weak", "destructive", Severity.LOW, 0.9, NOON, ""),
                Signals.of("strong", "destructive", Severity.CRITICAL, 0.9, NOON, ""),
                Signals.of("late", "destructive", Severity.LOW, 0.9, NOON.plusSeconds(9), "")));

    assertThat(state.contributions())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.count()).isEqualTo(3);
              assertThat(one.findingId()).isEqualTo("strong");
              assertThat(one.severity()).isEqualTo(Severity.CRITICAL);
            });
  }

  @Test
  void ofTooManyKindsTheStrongestStay() {
    List<Signal> signals = new ArrayList<>();
    for (int i = 0; i < 3 * RiskState.MAX_KINDS; i++) {
      double confidence = (1 + (i * 7) % (3 * RiskState.MAX_KINDS)) / 200.0;
      signals.add(Signals.of("f" + i, "kind-" + i, Severity.CRITICAL, confidence, NOON, ""));
    }

    List<RiskContribution> kept = of(signals).contributions();

    assertThat(kept).hasSize(RiskState.MAX_KINDS);
    assertThat(kept.stream().mapToDouble(RiskContribution::weight).min().orElseThrow())
        .isCloseTo(0.99 * (2 * RiskState.MAX_KINDS + 1) / 200.0, within(1e-9));
  }

  @Test
  void whatIsTooOldIsForgotten() {
    RiskState state =
        of(
            List.of(
                Signals.of("old", "destructive", Severity.CRITICAL, 1, NOON, ""),
                Signals.of(
                    "new", "agent-guard", Severity.LOW, 1, NOON.plus(Duration.ofDays(4)), "")));

    assertThat(state.contributions())
        .extracting(RiskContribution::findingId)
        .containsExactly("new");
    assertThat(state.isWorthlessAt(NOON.plus(Duration.ofDays(8)), HALF_LIFE)).isTrue();
  }

  @Test
  void whatCameBeforeAReleaseDoesNotCount() {
    Signal before = Signals.of("before", "destructive", Severity.CRITICAL, 1, NOON, "");
    Signal after = Signals.of("after", "agent-guard", Severity.LOW, 1, NOON.plusSeconds(20), "");
    RiskState released = of(List.of(before)).settledAt(NOON.plusSeconds(10));

    assertThat(released.score(HALF_LIFE)).isZero();
    assertThat(released.plus(before, HALF_LIFE).score(HALF_LIFE)).isZero();
    assertThat(released.plus(after, HALF_LIFE).score(HALF_LIFE)).isCloseTo(21, within(1e-9));
    assertThat(released.settledAt(NOON)).isSameAs(released);
  }

  @Test
  void aStateComesBackFromItsJson() {
    RiskState state =
        of(List.of(Signals.of("f", "destructive", Severity.HIGH, 0.5, NOON, "")))
            .settledAt(NOON.minusSeconds(1));

    assertThat(RiskState.CODEC.decode(RiskState.CODEC.encode(state))).isEqualTo(state);
  }

  @Test
  void theThresholdsAnswerAndNeverContainWhereThatIsOff() {
    RiskPolicy policy = new RiskPolicy(HALF_LIFE, 40, 70, 95);

    assertThat(policy.answer(39.9)).isEmpty();
    assertThat(policy.answer(40)).contains(Recommendation.NOTIFY);
    assertThat(policy.answer(70)).contains(Recommendation.ASK);
    assertThat(policy.answer(95)).contains(Recommendation.CONTAIN);
    assertThat(new RiskPolicy(HALF_LIFE, 40, 70, 0).answer(100)).contains(Recommendation.ASK);
  }

  @Test
  void anAgentCannotMakeItsFindingsOlderOrNewerThanTheyAre() {
    assertThat(Signal.of(finding(NOON.minusSeconds(86_400)), NOON).time())
        .isEqualTo(NOON.minusSeconds(300));
    assertThat(Signal.of(finding(NOON.plusSeconds(86_400)), NOON).time()).isEqualTo(NOON);
    assertThat(Signal.of(finding(NOON.minusSeconds(4)), NOON).time())
        .isEqualTo(NOON.minusSeconds(4));
  }

  @Test
  void ofManyCredentialsSomeAreFollowed() {
    Finding finding = finding(NOON);

    assertThat(finding.credentials()).hasSize(40);
    assertThat(Signal.of(finding, NOON).credentials())
        .hasSize(Signal.MAX_CREDENTIALS)
        .isSubsetOf(finding.credentials());
  }

  /** The table of the worked example in docs/risk.md, and the number below it. */
  @Test
  void theWorkedExampleIsWhatTheCodeMakesOfIt() throws IOException {
    String document = Files.readString(Path.of("../docs/risk.md"));
    List<Signal> signals =
        Pattern.compile(
                "(?m)^\\| (f\\d) \\| `([a-z-]+)` \\| ([a-z]+) \\| ([0-9.]+) \\| (\\d\\d:\\d\\d) \\|")
            .matcher(document)
            .results()
            .map(
                row ->
                    Signals.of(
                        row.group(1),
                        row.group(2),
                        Severity.valueOf(row.group(3).toUpperCase(Locale.ROOT)),
                        Double.parseDouble(row.group(4)),
                        Instant.parse("2026-11-21T" + row.group(5) + ":00Z"),
                        ""))
            .toList();
    Matcher result = Pattern.compile("(?m)^risk = .* = ([0-9.]+)$").matcher(document);

    assertThat(signals).hasSize(5);
    assertThat(result.find()).isTrue();
    assertThat(score(signals)).isCloseTo(Double.parseDouble(result.group(1)), within(0.005));
    assertThat(of(signals).contributions())
        .extracting(RiskContribution::findingId)
        .containsExactlyInAnyOrder("f3", "f4", "f5");
  }

  private static Finding finding(Instant time) {
    List<String> credentials = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      credentials.add("fingerprint-" + (i * 17) % 40);
    }
    return FindingSample.of("a:destructive", time)
        .severity(Severity.HIGH)
        .credentials(credentials)
        .resources("volume:a@production")
        .build();
  }
}
