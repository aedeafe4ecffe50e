package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.testkit.ActionSample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/** What the page does while what it needs is away, in a real Chromium. */
final class ConsoleConnectionPageTest {
  @TempDir static Path directory;

  private static Chromium browser;
  private static SmallConsole small;
  private static ConsolePage page;

  @BeforeAll
  static void start() throws Exception {
    browser = Chromium.start();
    small = new SmallConsole(directory);
    page = new ConsolePage(browser, small);
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
  void signedIn() {
    page.signIn("responder");
    page.go("now");
    browser.one(".stream.live");
  }

  @AfterEach
  void everythingIsThere() {
    small.toConsole().restore();
    small.toElasticsearch().restore();
  }

  private static void act(String name, int from, int to) {
    for (int i = from; i < to; i++) {
      String id = name + "-" + i + ".";
      small.happens(ActionSample.of(id, Instant.now()).agent(name).command("echo " + id));
    }
  }

  /** How often each of the actions is in the stream. */
  private static List<Long> timesShown(String name, int actions) {
    List<String> rows =
        browser.all(".stream-card .entry .text").stream().map(WebElement::getText).toList();
    return IntStream.range(0, actions)
        .mapToObj(i -> rows.stream().filter(row -> row.contains(name + "-" + i + ".")).count())
        .toList();
  }

  private static void missesNothing(String name, Runnable away) {
    act(name, 0, 3);
    browser.one(".entry", name + "-2.");
    // While it is paused it counts what comes: also what came twice.
    browser.click(".stream-card button", "Pause");
    // So that nothing is made good by a search.
    small.toElasticsearch().cut();

    away.run();
    browser.one(".stream.lost");
    browser.awaitText("Connecting again");
    act(name, 3, 20);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> small.toConsole().refused() > 0);
    small.toConsole().restore();
    browser.one(".stream.live");
    browser.one(".stream-card button", "Go on (17 new)");
    act(name, 20, 21);
    browser.one(".stream-card button", "Go on (18 new)");

    browser.click(".stream-card button", "Go on");
    browser.one(".entry", name + "-20.");
    assertThat(timesShown(name, 21)).containsOnly(1L);
  }

  @Test
  void aStreamThatWasCutGoesOnWithNothingMissedAndNothingTwice() {
    missesNothing("cut", () -> small.toConsole().cut());
  }

  @Test
  void aStreamThatAProxyRefusedForAWhileGoesOnWithNothingMissedAndNothingTwice() {
    missesNothing("refused", () -> small.toConsole().sayAway());
  }

  @Test
  void whileElasticsearchIsAwayThePageSaysSoAndWhatIsLiveIsShown() {
    act("outage", 0, 2);
    page.go("search?q=outage");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              page.go("now");
              page.go("search?q=outage");
              browser.one("main.search .entry, main.search .empty");
              assertThat(browser.all("main.search .entry")).hasSize(2);
            });

    small.toElasticsearch().cut();
    page.go("now");
    browser.one("main .failure", "Elasticsearch is away");
    act("outage", 2, 4);
    browser.one(".entry", "outage-3.");
    page.go("search?q=outage");
    browser.one(".failure", "INDEX_AWAY");
    page.go("timeline?agent=outage");
    browser.one(".timeline-of .filters", "read from Kafka, for Elasticsearch is away");
    browser.one(".list .row", "outage-3.");

    small.toElasticsearch().restore();
    page.go("search?q=outage");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              browser.script("document.querySelector('main.search .failure button')?.click()");
              page.go("now");
              page.go("search?q=outage");
              browser.one("main.search .entry, main.search .empty, main.search .failure");
              assertThat(browser.all("main.search .entry")).hasSize(4);
            });
    page.go("now");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(browser.text()).doesNotContain("Elasticsearch is away"));
  }
}
