package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countermand.command.demo.ShownTimeline.Sight;
import dev.countermand.dashboards.timeline.Entries;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.dashboards.timeline.TimelinePage;
import dev.countermand.model.Severity;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.IncidentSample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The timeline of an incident as a person zooms and filters it, in a real Chromium. */
final class ConsoleTimelinePageTest {
  private static final String AGENT = "coder-zoom";
  private static final int ACTIONS = 20;
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final Duration PATIENCE = ShownTimeline.PATIENCE;
  private static final String PICTURE = ".picture canvas";

  @TempDir static Path directory;

  private static Chromium browser;
  private static SmallConsole small;
  private static ConsolePage page;
  private static ShownTimeline timeline;
  private static Instant start;

  @BeforeAll
  static void happened() throws Exception {
    browser = Chromium.start();
    small = new SmallConsole(directory);
    page = new ConsolePage(browser, small);
    timeline = new ShownTimeline(browser);
    // A day that does not end meanwhile: what is in sight is told by the time of the day.
    start = Instant.now().minus(Duration.ofMinutes(8));
    start =
        LocalTime.ofInstant(start, ZoneOffset.UTC).isAfter(LocalTime.of(23, 50))
            ? start.minus(Duration.ofMinutes(30))
            : start;
    for (int i = 0; i < ACTIONS; i++) {
      small.happens(
          ActionSample.of("zoom-" + i, start.plus(STEP.multipliedBy(i)))
              .agent(AGENT)
              .command("echo step-" + i + "."));
    }
    small.isFound(found("grave", 15).severity(Severity.CRITICAL));
    small.isFound(found("light", 5).severity(Severity.LOW));
    small.isIncident(
        IncidentSample.of("incident-zoom", start.plus(STEP.multipliedBy(5)))
            .last(start.plus(STEP.multipliedBy(15)))
            .agent(AGENT)
            .findings("grave", "light"));
    page.signIn("responder");
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              page.go("now");
              page.go("incidents/incident-zoom");
              assertThat(timeline.count()).startsWith("22 entries");
            });
  }

  private static FindingSample found(String id, int step) {
    return FindingSample.of(id, start.plus(STEP.multipliedBy(step)))
        .agent(AGENT)
        .action("zoom-" + step);
  }

  @AfterAll
  static void end() {
    if (small != null) {
      small.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void opened() {
    page.go("now");
    page.go("incidents/incident-zoom");
    browser.one(".sight", "all in sight");
  }

  @Test
  void theWheelBringsCloserWhatIsUnderThePointerAndTakesItFartherAgain() {
    Sight before = timeline.sight();
    assertThat(before.entries()).isEqualTo(-1);
    double width = browser.one(PICTURE).getSize().getWidth();
    int fromTheMiddle = (int) -width / 5;
    // The names of the lanes stand to the left of the times.
    double part = (width / 2 + fromTheMiddle - 96) / (width - 96 - 8);
    double under = before.span().toMillis() * part;

    browser.wheel(PICTURE, fromTheMiddle, 0, 1_000);
    Sight closer = timeline.becomes(before);

    assertThat(closer.entries()).isBetween(1, 12);
    assertThat((double) closer.span().toMillis() / before.span().toMillis())
        .isCloseTo(0.25, within(0.02));
    double still =
        Duration.between(before.from(), closer.from()).toMillis() + closer.span().toMillis() * part;
    assertThat(still).isCloseTo(under, within(2_500.0));
    assertThat(browser.script("return window.scrollY")).isEqualTo(0L);

    browser.wheel(PICTURE, fromTheMiddle, 0, -1_000);
    assertThat(timeline.becomes(closer)).isEqualTo(before);
  }

  @Test
  void buttonsAndKeysBringCloserMoveAndShowAllOfItAgain() {
    Sight all = timeline.sight();
    browser.click("[aria-label=Closer]", "");
    Sight closer = timeline.becomes(all);
    assertThat(closer.span()).isLessThan(all.span());
    assertThat(closer.entries()).isBetween(1, ACTIONS);
    browser.click("[aria-label=Later]", "");
    Sight later = timeline.becomes(closer);
    assertThat(later.from()).isAfter(closer.from());
    browser.click("[aria-label=Earlier]", "");
    assertThat(timeline.becomes(later)).isEqualTo(closer);
    browser.click("[aria-label=Farther]", "");
    assertThat(timeline.becomes(closer)).isEqualTo(all);

    browser.keys("+");
    Sight byKey = timeline.becomes(all);
    assertThat(byKey.span()).isLessThan(all.span());
    browser.keys(Keys.ARROW_LEFT);
    Sight moved = timeline.becomes(byKey);
    assertThat(moved.from()).isBefore(byKey.from());
    browser.keys("-");
    timeline.becomes(moved);
    browser.keys("0");
    Awaitility.await().atMost(PATIENCE).until(() -> timeline.sight().equals(all));
    browser.keys("+");
    timeline.becomes(all);
    browser.click("[aria-label='All of it']", "");
    Awaitility.await().atMost(PATIENCE).until(() -> timeline.sight().equals(all));
  }

  @Test
  void aTimelineThatNobodyZoomedShowsWhatComes() {
    Sight all = timeline.sight();
    acts(AGENT, "later.");
    assertThat(timeline.becomes(all).to()).isAfter(all.to());
    browser.one(".sight", "all in sight");
  }

  @Test
  void whoHasComeCloserStaysThereWhileTheIncidentGoesOn() {
    Sight all = timeline.sight();
    browser.click("[aria-label=Closer]", "");
    Sight closer = timeline.becomes(all);
    String before = timeline.count();
    acts(AGENT, "meanwhile.");
    Awaitility.await().atMost(PATIENCE).until(() -> !timeline.count().equals(before));
    assertThat(timeline.sight().from()).isEqualTo(closer.from());
    assertThat(timeline.sight().to()).isEqualTo(closer.to());
  }

  @Test
  void aFilterLeavesOnlyWhatFitsSaysHowMuchIsHiddenAndStaysWhileTheIncidentGoesOn() {
    int all = Integer.parseInt(timeline.count().split(" ", 2)[0]);
    browser.one("select[aria-label=Severity]").sendKeys("high or worse");
    Awaitility.await().atMost(PATIENCE).until(() -> timeline.rows().size() == 1);
    assertThat(timeline.rows().get(0)).contains("What grave says.");
    assertThat(timeline.count()).isEqualTo("1 of %d entries; %d hidden".formatted(all, all - 1));

    acts(AGENT, "quiet.");
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(timeline.count())
                    .isEqualTo("1 of %d entries; %d hidden".formatted(all + 1, all)));
    assertThat(timeline.rows()).hasSize(1);
    small.isFound(
        FindingSample.of("graver", Instant.now()).agent(AGENT).severity(Severity.CRITICAL));
    Awaitility.await().atMost(PATIENCE).until(() -> timeline.rows().size() == 2);
    assertThat(timeline.count()).isEqualTo("2 of %d entries; %d hidden".formatted(all + 2, all));

    browser.one("select[aria-label=Severity]").sendKeys("any severity");
    browser.one("input[aria-label=Words]").sendKeys("STEP-7.");
    Awaitility.await().atMost(PATIENCE).until(() -> timeline.rows().size() == 1);
    assertThat(timeline.rows().get(0)).contains("echo step-7.");
    browser.click(".chip.agent", "agent");
    browser.one(".list", "No entry passes the filter.");
    assertThat(timeline.count())
        .isEqualTo("0 of %d entries; %d hidden".formatted(all + 2, all + 2));
  }

  @Test
  void anIncidentThatGoesOnIsFollowedForAsLongAsThePageIsOpenAndNotMoreOftenThanItsLimit() {
    String runner = "coder-marathon";
    Instant now = Instant.now();
    // So long that it is not read anew for nothing.
    int many = 2_500;
    for (int i = 0; i < many; i++) {
      small.happens(
          ActionSample.of("run-" + i, now.minusSeconds(200).plusMillis(i * 50L)).agent(runner));
    }
    small.isIncident(IncidentSample.of("incident-run", now).agent(runner));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              page.go("now");
              page.go("incidents/incident-run");
              assertThat(timeline.count()).startsWith("2,500 entries");
            });
    browser.script("performance.clearResourceTimings()");
    browser.one("input[aria-label=Words]").sendKeys("lap-");
    for (int lap = 0; lap < 6; lap++) {
      for (int part = 0; part < 3; part++) {
        acts(runner, "lap-" + lap + "-" + part + ".");
      }
      browser.one(".list .row", "lap-" + lap + "-2.");
    }
    assertThat(timeline.rows()).hasSize(18);
    List<Double> reads = timeline.reads();
    assertThat(reads).hasSizeGreaterThan(4);
    for (int i = 1; i < reads.size(); i++) {
      assertThat(reads.get(i) - reads.get(i - 1)).isGreaterThanOrEqualTo(1_990);
    }
  }

  @Test
  void whileNobodyLooksNothingIsReadAndWhoLooksAgainSeesWhatHappened() {
    browser.script(
        """
        window.looks = [];
        document.addEventListener('visibilitychange', () => window.looks.push(performance.now()));
        """);
    String before = timeline.count();
    browser.lookAway(
        () -> {
          acts(AGENT, "away-0.");
          browser.open(small.console() + "api/timeline?incident=incident-zoom");
          Awaitility.await()
              .atMost(PATIENCE)
              .until(
                  () -> {
                    browser.open(small.console() + "api/timeline?incident=incident-zoom");
                    return browser.text().contains("away-0.");
                  });
          acts(AGENT, "away-1.");
          // Longer than it takes until somebody who looks sees it.
          Awaitility.await()
              .during(Duration.ofSeconds(6))
              .atMost(PATIENCE)
              .until(() -> browser.text().contains("away-0."));
        });
    Awaitility.await().atMost(PATIENCE).until(() -> !timeline.count().equals(before));
    browser.one("input[aria-label=Words]").sendKeys("away-1.");
    browser.one(".list .row", "away-1.");
    List<Double> looks = timeline.numbers("return window.looks");
    assertThat(looks).hasSize(2);
    assertThat(timeline.reads())
        .noneMatch(time -> time > looks.get(0) && time < looks.get(1))
        .anyMatch(time -> time > looks.get(1) && time < looks.get(1) + 3_000);
  }

  @Test
  void theTimesBelowThePictureNeverOverlapWhereverItIsMovedTo() {
    browser.script(
        """
        const pen = document.querySelector('.picture canvas').getContext('2d');
        const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
        pen.clearRect = function (...box) {
          window.drawn = window.told ?? [];
          window.told = [];
          return clearRect.apply(this, box);
        };
        pen.fillText = function (words, x, y) {
          if (this.textAlign === 'center' && this.font.startsWith('11px')) {
            const half = this.measureText(words).width / 2;
            window.told.push([x - half, x + half]);
          }
          return fillText.call(this, words, x, y);
        };
        """);
    Sight before = timeline.sight();
    for (int i = 0; i < 60; i++) {
      browser.keys(i % 6 == 5 ? "+" : Keys.ARROW_RIGHT);
      before = timeline.becomes(before);
      List<Double> ends = timeline.numbers("return window.told.flat()");
      assertThat(ends).hasSizeGreaterThan(4);
      assertThat(ends).as("%s", before).isSorted();
    }
  }

  @Test
  void anIncidentThatIsOverSaysWhereItsTimelineStopsAndLeadsToWhatCameLater() {
    String agent = "coder-over";
    Instant first = Instant.now().minus(Duration.ofHours(3));
    small.happens(ActionSample.of("over-0", first).agent(agent).command("echo over-0."));
    small.happens(
        ActionSample.of("over-1", first.plusSeconds(3_700)).agent(agent).command("echo over-1."));
    small.happens(
        ActionSample.of("over-2", first.plusSeconds(9_000)).agent(agent).command("echo over-2."));
    small.isIncident(
        IncidentSample.of("incident-over", first).agent(agent).closed(first.plusSeconds(3_600)));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              page.go("now");
              page.go("incidents/incident-over");
              assertThat(timeline.count()).startsWith("2 entries");
            });
    assertThat(timeline.rows()).noneMatch(row -> row.contains("over-2."));

    browser.click(".until a", "What came later");
    browser.one(".list .row", "over-2.");
    assertThat(timeline.rows()).hasSize(1);
    page.go("incidents/incident-zoom");
    browser.one(".sight", "all in sight");
    assertThat(browser.one(".until").getText()).isEmpty();
  }

  @Test
  void aTimeInTheFileForATicketStandsInOneLine() throws Exception {
    Entry entry =
        new Entries("test", mention -> Optional.empty())
            .of(ActionSample.of("act", start.plusNanos(123_456_789)).build(), null);
    Path file =
        Files.writeString(
            directory.resolve("timeline.html"),
            TimelinePage.of(
                "a", Selection.in(start, Instant.now()), List.of(entry, entry), 0, Instant.now()));
    browser.open(file.toUri().toString());
    assertThat(
            timeline.numbers(
                """
                return [...document.querySelectorAll('td time')].map((one) => {
                  const cell = one.closest('td').getBoundingClientRect();
                  return one.getClientRects().length + (one.getBoundingClientRect().right > cell.right ? 100 : 0);
                })
                """))
        .containsExactly(1.0, 1.0);
    browser.open(small.console().toString());
  }

  private static void acts(String agent, String name) {
    small.happens(ActionSample.of(name, Instant.now()).agent(agent).command("echo " + name));
  }
}
