package dev.countermand.dashboards.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.testkit.IncidentSample;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SelectionTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private static IncidentSample incident() {
    return IncidentSample.of("incident-1", NOON.minusSeconds(60)).last(NOON);
  }

  private static Instant endOf(IncidentSample incident) {
    return Selection.of(incident.build()).to();
  }

  @Test
  void theTimelineOfAnIncidentThatIsNotClosedGoesOnForADay() {
    assertThat(Selection.of(incident().build()).from()).isEqualTo(NOON.minusSeconds(660));
    assertThat(endOf(incident())).isEqualTo(NOON.plus(Duration.ofDays(1)));
  }

  @Test
  void thatOfOneThatWasClosedHasTheReleaseAndWhatFollowsAtOnce() {
    Instant released = NOON.plus(Duration.ofHours(5));

    assertThat(endOf(incident().closed(released))).isEqualTo(released.plus(Duration.ofMinutes(10)));
  }

  @Test
  void thatOfOneThatWasClosedAfterDaysStopsADayAfterItsLastFinding() {
    assertThat(endOf(incident().closed(NOON.plus(Duration.ofDays(9)))))
        .isEqualTo(NOON.plus(Duration.ofDays(1)));
  }

  @Test
  void aFindingThatIsLaterThanTheReleaseIsInIt() {
    assertThat(endOf(incident().closed(NOON.minusSeconds(5))))
        .isEqualTo(NOON.plus(Duration.ofMinutes(10)));
  }
}
