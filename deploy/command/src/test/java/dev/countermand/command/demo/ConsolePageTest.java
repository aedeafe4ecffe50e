package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.command.Main;
import dev.countermand.model.Action;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.TopicWriter;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.FindingSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The console's page in a real Chromium, on the whole real stack, with the demo's incident. */
final class ConsolePageTest {
  private static final String AGENT = DemoConfiguration.AGENT;
  private static final String ODD = "/../a%2Fb ?c#\uD83D\uDE80";
  private static final String EVIL = "<img src=x onerror=window.owned=1>";
  private static final List<String> PAGES =
      List.of(
          "now", "agents", "incidents", "waiting", "credentials", "search", "backtest", "audit");
  private static final int MANY = 10_000;

  @TempDir static Path directory;

  private static Chromium browser;
  private static ConsoleStage stage;
  private static ConsolePage page;
  private static String shownLive = "";
  private static final ExecutorService HOOKS = Executors.newCachedThreadPool();

  @BeforeAll
  static void playWhileThePageIsOpen() throws Exception {
    browser = Chromium.start();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    stage = new ConsoleStage(directory);
    page = new ConsolePage(browser, stage);
    page.signIn("admin");
    page.go("now");
    browser.one(".stream.live");
    stage.play();
    browser.awaitText("revoke verified");
    shownLive = browser.text();
    pictures();
  }

  /** Before another test does something with the agent. */
  private static void pictures() throws IOException {
    browser.prefers("light");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !browser.text().contains("No action in the last hour"));
    page.picture("console-now");
    page.openTheIncident();
    page.picture("console-incident");
    browser.prefers("dark");
    page.picture("console-dark");
    // Opened there: on a large screen the gravest entry is chosen, which would cover a small one.
    browser.screen(375, 740);
    browser.prefers("light");
    page.go("now");
    page.openTheIncident();
    page.picture("console-phone");
    browser.screen(1280, 900);
  }

  @AfterAll
  static void end() {
    HOOKS.shutdownNow();
    if (stage != null) {
      stage.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void asAnAdministratorOnALargeScreen() {
    browser.screen(1280, 900);
    browser.prefers("light");
    page.signIn("admin");
  }

  private static Future<HookClient.Answer> later(Callable<HookClient.Answer> hook) {
    return HOOKS.submit(hook);
  }

  @Test
  void theIncidentIsShownWhileItHappens() throws Exception {
    assertThat(shownLive)
        .contains("found read-then-used", "kill-switch verified", "infra-account-token is dead");
  }

  @Test
  void theStoryOfTheIncidentNamesAgentResourceCredentialAndFile() throws Exception {
    page.openTheIncident();
    assertThat(browser.one("h1").getText())
        .isEqualTo(
            AGENT + ": tried to destroy volume vol-7f3a91 in production with infra-account-token");
    assertThat(browser.one("p.summary").getText()).contains("infra-account-token");
    assertThat(browser.one(".who").getText())
        .contains(AGENT, "tried to destroy", "vol-7f3a91", "production")
        .contains("infra-account-token", "domain-renewal/.env");
    assertThat(browser.all(".story li b").stream().map(WebElement::getText).toList())
        .containsExactly("read", "used", "destruction", "contained", "proved dead");
  }

  @Test
  void theWayOfTheCredentialLeadsToTheEvidenceAndTheWholeDocument() {
    page.openTheIncident();
    browser.click(".way.finding", "found");
    String panel = browser.one(".panel", "Rests on").getText();
    assertThat(panel)
        .contains("Evidence", "logs-countermand.finding-default", "infra-account-token");
    browser.click(".panel button", "Show the whole document");
    assertThat(browser.one(".panel .document").getText()).contains("\"countermand\"");
    browser.click(".related button", "attempt");
    assertThat(browser.one(".panel pre.command").getText()).contains("volumeDelete");
  }

  @Test
  void theTimelineIsFilteredByLaneAndWords() {
    page.openTheIncident();
    browser.click(".chip.agent", "agent");
    assertThat(browser.one(".list").getText()).doesNotContain("npm run deploy:staging");
    browser.click(".chip.agent", "agent");
    browser.one("input[aria-label=Words]").sendKeys("volumeDelete");
    Awaitility.await().until(() -> browser.all(".list .row").size() < 5);
    assertThat(browser.one(".list").getText()).contains("volumeDelete");
  }

  @Test
  void anAttemptThatWaitsIsAllowedByAClickAndTheHookGetsItsAnswer() throws Exception {
    page.go("waiting");
    String command =
        "psql -h db.staging.example -c \"DROP TABLE orders\" # " + EVIL + " " + "x".repeat(300);
    Future<HookClient.Answer> hook = later(() -> stage.runnerTries(command));
    WebElement card = browser.one(".wait:not(.over)", "DROP TABLE orders");
    assertThat(card.getText()).contains(command, ConsoleStage.RUNNER);
    page.picture("console-waiting");
    assertThat(hook).isNotDone();

    browser.one(".wait:not(.over) input").sendKeys("change 4711");
    browser.click(".wait:not(.over) button.primary", "Allow");
    HookClient.Answer answer = hook.get(60, TimeUnit.SECONDS);
    assertThat(answer.decision()).isEqualTo("allow");
    assertThat(answer.reason()).contains("ada", "change 4711");
    browser.one(".wait.over", "does not wait any more");
    page.go("audit");
    browser.awaitText("change 4711");
  }

  @Test
  void anAttemptIsDeniedByAClickAndNeedsAReason() throws Exception {
    page.go("waiting");
    Future<HookClient.Answer> hook =
        later(() -> stage.runnerTries("psql -h db.staging.example -c \"DROP TABLE invoices\""));
    browser.one(".wait:not(.over)", "DROP TABLE invoices");
    browser.click(".wait:not(.over) button.danger", "Deny");
    browser.one(".wait .answered", "Say why");
    assertThat(hook).isNotDone();
    browser.one(".wait:not(.over) input").sendKeys("not today");
    browser.click(".wait:not(.over) button.danger", "Deny");
    assertThat(hook.get(60, TimeUnit.SECONDS).decision()).isEqualTo("deny");
  }

  @Test
  void aContainedAgentIsReleasedByAClickAndActsAgain() throws Exception {
    assertThat(stage.demoAgentTries("git status --short").decision()).isEqualTo("deny");
    page.go("agents");
    browser.openRow(AGENT);
    browser.one(".notice", "Contained since");
    browser.click(".title button", "Release");
    browser.one("dialog textarea").sendKeys("looked into it");
    browser.click("dialog button.primary", "Release");
    browser.one(".title button.danger", "Contain");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> stage.demoAgentTries("git status --short").decision().equals("allow"));
  }

  @Test
  void aViewerSeesEverythingButNoButtonThatActs() throws Exception {
    Future<HookClient.Answer> hook =
        later(() -> stage.runnerTries("psql -h db.staging.example -c \"DROP TABLE carts\""));
    page.signIn("viewer");
    page.go("waiting");
    browser.one(".wait", "DROP TABLE carts");
    assertThat(browser.all("main button, main input")).isEmpty();
    page.go("agents/" + AGENT);
    browser.awaitText("Why its risk is what it is");
    assertThat(browser.all("button.danger, button.primary")).isEmpty();
    assertThat(browser.one("#header nav").getText()).doesNotContain("Audit");
    hook.cancel(true);
  }

  @Test
  void whatAgentsWroteStaysText() throws Exception {
    stage.runnerReads("/srv/" + EVIL + ".env");
    stage.runnerTries("echo '<script>window.owned=1</script>' \u202egnp.exe");
    Topics topics = stage.stack().config().kafka().settings().topics();
    try (TopicWriter writer = new TopicWriter(stage.stack().config().kafka())) {
      Instant now = Instant.now();
      writer.write(
          topics.scoredActions(),
          EVIL,
          Action.CODEC,
          ActionSample.of("evil-" + now, now).agent(EVIL).command("ls " + EVIL).build());
      writer.write(
          topics.findings(),
          EVIL,
          Finding.CODEC,
          FindingSample.of("evil-" + EVIL, now).agent(EVIL).build());
      writer.write(
          topics.scoredActions(),
          ODD,
          Action.CODEC,
          ActionSample.of("odd " + ODD, now).agent(ODD).command("ls odd").build());
    }
    page.go("now");
    browser.one(".entry", "ls " + EVIL);
    browser.one(".entry", "/srv/" + EVIL);
    browser.one(".entry .odd", "U+202E");
    browser.one(".entry", "<script>window.owned=1</script>");
    page.go("agents");
    browser.openRow(ODD);
    browser.one("h1", ODD);
    browser.script("location.hash = '#/timeline?agent=' + encodeURIComponent('" + ODD + "')");
    browser.click(".list .row", "ls odd");
    browser.click(".panel button", "Show the whole document");
    browser.one(".panel pre.document", "\"offset\"");
    page.go("agents");
    browser.openRow(EVIL);
    browser.one("h1", EVIL);
    browser.script("location.hash = '#/timeline?agent=' + encodeURIComponent('" + EVIL + "')");
    browser.click(".list .row", EVIL);
    browser.one(".panel pre.command", EVIL);
    assertThat(browser.all("img:not([src='/assets/icon.svg']), main script")).isEmpty();
    assertThat(browser.script("return window.owned ?? 'nobody'")).isEqualTo("nobody");
  }

  @Test
  void everyPageFitsAPhone() throws Exception {
    browser.screen(375, 740);
    for (String name : PAGES) {
      page.go(name);
      assertThat(page.width()).as(name).isLessThanOrEqualTo(375);
    }
    page.openTheIncident();
    assertThat(page.width()).isLessThanOrEqualTo(375);
  }

  @Test
  void itIsDarkOrLightAsTheSystemPrefersUntilSomebodyChooses() throws Exception {
    String ground = "return getComputedStyle(document.body).backgroundColor";
    Object light = browser.script(ground);
    browser.prefers("dark");
    Awaitility.await().until(() -> !browser.script(ground).equals(light));
    browser.click("button[aria-label='Dark or light']", "");
    assertThat(browser.script(ground)).isEqualTo(light);
    browser.script("localStorage.clear()");
  }

  @Test
  void theKeyboardIsEnough() {
    browser.keys("g");
    browser.keys("i");
    browser.one("main.incidents tbody a[data-row]");
    browser.keys("j");
    browser.keys(Keys.ENTER);
    browser.one(".story");
    browser.keys("0");
    browser.keys("j");
    browser.one(".row[aria-selected=true]");
    browser.keys("?");
    browser.one("dialog", "Keys");
    browser.keys(Keys.ESCAPE);
    browser.keys("g");
    browser.keys("s");
    browser.one("main.search input[type=search]").sendKeys("volumeDelete");
    browser.one(".entry", "volumeDelete");
  }

  @Test
  void nothingComesFromElsewhereAndTheBrowserComplainsOfNothing() {
    browser.complaints();
    browser.open(stage.console() + "#/now");
    for (String name : PAGES) {
      page.go(name);
    }
    page.openTheIncident();
    page.go("credentials");
    browser.openRow("infra-account-token");
    browser.one(".radius", "destroy");
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.loaded())
        .isNotEmpty()
        .allMatch(address -> address.startsWith(stage.console().toString()));
  }

  @Test
  void theExportedPageOfTheIncidentNeedsNothingElseAndTheBrowserComplainsOfNothing()
      throws Exception {
    page.openTheIncident();
    String title = browser.one("h1").getText();
    String id = ((String) browser.script("return location.hash")).replaceAll(".*/", "");
    Path config =
        Files.writeString(
            directory.resolve("export.yaml"),
            "data: %s\nkafka: {bootstrap: \"%s\"}\n"
                .formatted(
                    stage.stack().config().data(),
                    stage.stack().config().kafka().settings().bootstrap()));
    Path file = directory.resolve("incident.html");
    int code =
        Main.commandLine()
            .execute("incident", "export", id, "-c", config.toString(), "--html", file.toString());
    assertThat(code).isZero();

    browser.complaints();
    browser.open(file.toUri().toString());
    assertThat(browser.one("h1").getText()).contains(id, title);
    assertThat(browser.text()).contains("volumeDelete", "revoke verified", "records are proved");
    assertThat(browser.loaded()).isEmpty();
    assertThat(browser.complaints()).isEmpty();
    browser.picture(Path.of("target", "incident-export.png"));
  }

  @Test
  void ofATimelineOfTenThousandEntriesOnlyWhatIsInSightIsDrawn() {
    String crowd = "crowd";
    Topics topics = stage.stack().config().kafka().settings().topics();
    Instant start = Instant.now().minusSeconds(3_600);
    try (TopicWriter writer = new TopicWriter(stage.stack().config().kafka())) {
      for (int n = 0; n < MANY; n++) {
        Instant then = start.plusMillis(n * 300L);
        Action action = ActionSample.of("crowd-" + n, then).agent(crowd).command("ls " + n).build();
        writer.write(topics.scoredActions(), crowd, Action.CODEC, action);
      }
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> {
              page.go("now");
              page.go("timeline?agent=" + crowd);
              assertThat(browser.one(".timeline-of .filters").getText()).contains("10,000 entries");
            });
    page.go("now");
    double opened = page.millisToOpen("timeline?agent=crowd");
    // Only what is in sight is drawn.
    assertThat(browser.all(".list .row")).hasSizeBetween(1, 100);
    double frame = page.millisOfAFrame();
    System.out.printf("10,000 entries: open in %.0f ms, a frame of %.1f ms%n", opened, frame);
  }

  @Test
  void theResultOfABacktestIsADifferenceOfWhatIsNewlyCaughtAndStoppedWrongly() throws Exception {
    Path result =
        Files.writeString(
            directory.resolve("backtest.jsonl"),
            """
            {"rule":"destructive","findings":7,"agents":3,"stops":2,"first":"2026-11-20T09:00:00Z"}
            {"agent":"fresh","would_stop":"2026-11-20T09:00:00Z","by":"destructive","was_stopped":null,"released":null,"wrongly":false}
            {"agent":"%s","would_stop":"2026-11-20T09:10:00Z","by":"destructive","was_stopped":"2026-11-20T09:10:01Z","released":"2026-11-20T10:00:00Z","wrongly":true}
            {"agent":"spared","would_stop":null,"by":null,"was_stopped":"2026-11-20T11:00:00Z","released":null,"wrongly":false}
            {"agent":"asked","would_stop":null,"by":null,"was_stopped":"2026-11-20T12:00:00Z","was_stopped_by":"ada","by_hand":true,"released":null,"wrongly":false}
            {"actions":1234,"repeated":0,"unreadable":0,"failed":0}
            """
                .formatted(EVIL));
    page.go("backtest");
    browser.awaitText("countermand backtest --rules");
    browser.one("main.backtest input[type=file]").sendKeys(result.toString());
    browser.one("section.caught", "fresh");
    assertThat(browser.one("section.wrong").getText()).contains(EVIL).doesNotContain("spared");
    assertThat(browser.one("section.missed").getText()).contains("spared").doesNotContain("asked");
    assertThat(browser.one("section.hand").getText()).contains("asked");
    browser.awaitText("1 newly caught, 1 stopped wrongly, 1 not any more");

    Path cut =
        Files.writeString(directory.resolve("cut.jsonl"), "{\"rule\":\"x\",\"findings\":1}\n");
    browser.one("main.backtest input[type=file]").sendKeys(cut.toString());
    browser.one(".failure", "no whole result");
  }
}
