package dev.countermand.detectors.incident;

import static dev.countermand.detectors.risk.Signals.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.risk.Signal;
import dev.countermand.detectors.risk.Signals;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentCounts;
import dev.countermand.model.IncidentKind;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class IncidentStateTest {
  private static final IncidentPolicy POLICY =
      new IncidentPolicy(Duration.ofHours(1), 3, Duration.ofHours(8));

  /** Every incident with its last state, the agent's quiet times included. */
  private static Map<String, Incident> incidents(List<Signal> signals, boolean isWatched) {
    Map<String, Incident> all = new LinkedHashMap<>();
    IncidentState state = IncidentState.EMPTY;
    for (Signal signal : signals) {
      if (isWatched) {
        state = state.at(signal.time(), POLICY);
        keep(all, state);
      }
      IncidentState.Change change = state.plus(signal, 10, POLICY);
      change.closed().ifPresent(one -> all.put(one.id(), one));
      state = change.state();
      keep(all, state);
    }
    keep(all, state.at(NOON.plus(Duration.ofDays(9)), POLICY));
    return all;
  }

  private static void keep(Map<String, Incident> all, IncidentState state) {
    Incident current = state.current();
    if (current != null) {
      all.put(current.id(), current);
    }
  }

  private static IncidentState after(Signal... signals) {
    IncidentState state = IncidentState.EMPTY;
    for (Signal signal : signals) {
      state = state.plus(signal, 10, POLICY).state();
    }
    return state;
  }

  private static Incident current(IncidentState state) {
    return Objects.requireNonNull(state.current());
  }

  private static Signal low(String id, Instant time, String resource) {
    return Signals.of(id, "destructive", Severity.LOW, 0.9, time, resource);
  }

  @Provide
  Arbitrary<List<Signal>> histories() {
    return Signals.any()
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .map(list -> list.stream().sorted(Comparator.comparing(Signal::time)).toList());
  }

  @Property
  void theCountsAreThoseOfAModelThatRemembersEverything(@ForAll("histories") List<Signal> history) {
    List<IncidentCounts> counts =
        incidents(history, false).values().stream().map(Incident::counts).toList();

    assertThat(counts).isEqualTo(modelOf(history));
    assertThat(counts.stream().mapToLong(IncidentCounts::findings).sum()).isEqualTo(history.size());
    assertThat(counts)
        .allMatch(one -> one.findings() == one.alerts() + one.repeated() + one.suppressed());
  }

  @Property
  void itMakesNoDifferenceWhenSomebodyNoticesThatAnIncidentIsOver(
      @ForAll("histories") List<Signal> history) {
    assertThat(incidents(history, true).values())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("change")
        .containsExactlyElementsOf(incidents(history, false).values());
  }

  /** Written as the rules read, over all that ever was. */
  private static List<IncidentCounts> modelOf(List<Signal> history) {
    List<IncidentCounts> counts = new ArrayList<>();
    List<Signal> alerts = new ArrayList<>();
    List<Signal> ofIncident = new ArrayList<>();
    for (Signal signal : history) {
      boolean isOver =
          !ofIncident.isEmpty()
              && signal
                  .time()
                  .isAfter(ofIncident.get(ofIncident.size() - 1).time().plus(POLICY.quietFor()));
      if (ofIncident.isEmpty() || isOver) {
        ofIncident.clear();
        counts.add(IncidentCounts.NONE);
      }
      boolean isNews = ofIncident.stream().noneMatch(one -> one.kind().equals(signal.kind()));
      boolean isRepeated =
          alerts.stream()
              .filter(one -> one.kind().equals(signal.kind()))
              .filter(one -> one.resource().equals(signal.resource()))
              .anyMatch(one -> signal.time().isBefore(one.time().plus(POLICY.repeatedFor())));
      List<Signal> ofHour =
          alerts.stream()
              .filter(
                  one ->
                      one.time().getEpochSecond() / 3_600 == signal.time().getEpochSecond() / 3_600)
              .toList();
      boolean isGraver =
          ofHour.stream().allMatch(one -> one.severity().compareTo(signal.severity()) < 0);
      boolean isAlert =
          !isRepeated && (ofHour.size() < POLICY.alertsPerHour() || isNews || isGraver);
      if (isAlert) {
        alerts.add(signal);
      }
      ofIncident.add(signal);
      IncidentCounts before = counts.remove(counts.size() - 1);
      counts.add(
          new IncidentCounts(
              before.findings() + 1,
              before.alerts() + (isAlert ? 1 : 0),
              before.repeated() + (isRepeated ? 1 : 0),
              before.suppressed() + (!isAlert && !isRepeated ? 1 : 0),
              Extra.NONE));
    }
    return counts;
  }

  @Test
  void theSameKindAboutTheSameThingIsToldOncePerWindow() {
    IncidentState state =
        after(
            low("f1", NOON, "volume:a"),
            low("f2", NOON.plusSeconds(10), "volume:a"),
            low("f3", NOON.plusSeconds(20), "volume:b"),
            low("f4", NOON.plusSeconds(3_600), "volume:a"));

    assertThat(current(state).counts()).isEqualTo(new IncidentCounts(4, 3, 1, 0, Extra.NONE));
    assertThat(current(state).findings()).containsExactly("f1", "f2", "f3", "f4");
  }

  @Test
  void whatIsAboveTheCapOfAnHourIsCountedAndNothingGraveOrNewIsHiddenBehindIt() {
    IncidentState full =
        after(
            low("f1", NOON, "a"), low("f2", NOON, "b"), low("f3", NOON, "c"), low("f4", NOON, "d"));
    Signal grave = Signals.of("f5", "destructive", Severity.CRITICAL, 0.9, NOON, "e");
    Signal news = Signals.of("f6", "agent-guard", Severity.LOW, 0.9, NOON, "f");

    assertThat(current(full).counts()).isEqualTo(new IncidentCounts(4, 3, 0, 1, Extra.NONE));
    assertThat(full.plus(low("f7", NOON, "g"), 10, POLICY).isAlert()).isFalse();
    assertThat(full.plus(grave, 10, POLICY).isAlert()).isTrue();
    assertThat(full.plus(news, 10, POLICY).isAlert()).isTrue();
    assertThat(full.plus(low("f8", NOON.plusSeconds(3_600), "g"), 10, POLICY).isAlert()).isTrue();
    Incident incident = current(full.plus(grave, 93.5, POLICY).state());
    assertThat(incident.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(incident.summary()).isEqualTo("What f5 says.");
    assertThat(incident.risk()).isEqualTo(93.5);
  }

  @Test
  void anIncidentIsContainedAndClosedByARelease() {
    IncidentState contained = after(low("f1", NOON, "a")).containedAt(NOON.plusSeconds(1));
    IncidentState more = contained.plus(low("f2", NOON.plusSeconds(2), "b"), 10, POLICY).state();
    IncidentState released = more.releasedAt(NOON.plusSeconds(60));
    IncidentState late = released.plus(low("f3", NOON.plusSeconds(30), "c"), 10, POLICY).state();
    IncidentState next = late.plus(low("f4", NOON.plusSeconds(61), "d"), 10, POLICY).state();

    assertThat(current(contained).status()).isEqualTo(IncidentStatus.CONTAINED);
    assertThat(current(more).status()).isEqualTo(IncidentStatus.CONTAINED);
    assertThat(current(more.at(NOON.plus(Duration.ofDays(5)), POLICY)).status())
        .as("a person has to look at it")
        .isEqualTo(IncidentStatus.CONTAINED);
    assertThat(current(released).status()).isEqualTo(IncidentStatus.CLOSED);
    assertThat(current(released).containedAt()).isEqualTo(NOON.plusSeconds(1));
    assertThat(current(released).closedAt()).isEqualTo(NOON.plusSeconds(60));
    assertThat(current(late).id()).isEqualTo(current(released).id());
    assertThat(current(late).status()).isEqualTo(IncidentStatus.CLOSED);
    assertThat(current(late).counts().findings()).isEqualTo(3);
    assertThat(current(next).id()).isNotEqualTo(current(late).id());
    assertThat(current(next).status()).isEqualTo(IncidentStatus.OPEN);
  }

  @Test
  void theFindingsOfAnAgentThatIsContainedAlreadyAreContainedWhicheverIsHeardOfFirst() {
    Signal finding = low("f1", NOON, "a");
    Instant then = NOON.plusSeconds(1);

    Incident one = current(after(finding).containedAt(then));
    Incident other =
        current(IncidentState.EMPTY.containedAt(then).plus(finding, 10, POLICY).state());

    assertThat(other).usingRecursiveComparison().ignoringFields("change").isEqualTo(one);
    assertThat(one.status()).isEqualTo(IncidentStatus.CONTAINED);
  }

  @Test
  void aFindingFromBeforeAReleaseThatWasHeardOfFirstIsClosedWithIt() {
    IncidentState released = IncidentState.EMPTY.releasedAt(NOON.plusSeconds(60));
    Incident incident = current(released.plus(low("f1", NOON, "a"), 10, POLICY).state());

    assertThat(incident.status()).isEqualTo(IncidentStatus.CLOSED);
    assertThat(incident.closedAt()).isEqualTo(NOON.plusSeconds(60));
  }

  @Test
  void anOutcomeThatIsToldAgainChangesNothing() {
    IncidentState released =
        after(low("f1", NOON, "a"))
            .containedAt(NOON.plusSeconds(1))
            .releasedAt(NOON.plusSeconds(2));

    assertThat(released.containedAt(NOON.plusSeconds(1))).isSameAs(released);
    assertThat(released.releasedAt(NOON.plusSeconds(2))).isSameAs(released);
    assertThat(
            released.containedAt(NOON.plusSeconds(3)).releasedAt(NOON.plusSeconds(2)).contained())
        .isEqualTo(NOON.plusSeconds(3));
  }

  @Test
  void aFindingThatWasOnItsWayOpensAgainWhatQuietClosed() {
    IncidentState closed = after(low("f1", NOON, "a")).at(NOON.plus(Duration.ofHours(9)), POLICY);
    IncidentState again =
        closed.plus(low("f2", NOON.plus(Duration.ofHours(7)), "a"), 10, POLICY).state();

    assertThat(current(closed).closedAt()).isEqualTo(NOON.plus(Duration.ofHours(8)));
    assertThat(current(again).id()).isEqualTo(current(closed).id());
    assertThat(current(again).status()).isEqualTo(IncidentStatus.OPEN);
    assertThat(current(again).closedAt()).isNull();
  }

  @Test
  void whatAnAgentDoesTenThousandTimesStaysSmall() {
    IncidentState state = IncidentState.EMPTY;
    for (int i = 0; i < 10_000; i++) {
      state =
          state
              .plus(
                  Signals.of(
                      "f-" + i, "kind-" + i % 200, Severity.HIGH, 1, NOON.plusSeconds(i), "r" + i),
                  10,
                  POLICY)
              .state();
    }

    Incident incident = current(state);
    assertThat(incident.counts().findings()).isEqualTo(10_000);
    assertThat(incident.kinds().stream().mapToLong(IncidentKind::findings).sum()).isEqualTo(10_000);
    assertThat(IncidentState.CODEC.encode(state).length).isLessThan(32 * 1024);
    assertThat(IncidentState.CODEC.decode(IncidentState.CODEC.encode(state))).isEqualTo(state);
  }
}
