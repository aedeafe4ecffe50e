package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders given and approved by clicks in a real Chromium, carried out by the whole real stack. */
final class ConsoleOrdersPageTest {
  private static final String RUNNER = ConsoleStage.RUNNER;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private Chromium browser;
  private ConsoleStage stage;
  private ConsolePage page;

  @BeforeEach
  void openable() throws Exception {
    browser = Chromium.start();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void end() {
    if (stage != null) {
      stage.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  private void start(String mode) throws Exception {
    stage = new ConsoleStage(directory, mode);
    page = new ConsolePage(browser, stage);
    page.signIn("admin");
  }

  private String runner() throws Exception {
    return stage.runnerTries("git status --short").decision();
  }

  private void contain(String rung, String reason) {
    page.go("agents");
    browser.openRow(RUNNER);
    browser.click(".title button.danger", "Contain");
    browser.one("dialog select").sendKeys(rung);
    browser.one("dialog textarea").sendKeys(reason);
    browser.click("dialog button.danger", "Contain");
  }

  @Test
  void anAgentIsContainedByAClickOnlyWithAReasonAndTheReasonIsKept() throws Exception {
    start("enforce");
    assertThat(runner()).isEqualTo("allow");

    page.go("agents");
    browser.openRow(RUNNER);
    browser.click(".title button.danger", "Contain");
    browser.click("dialog button.danger", "Contain");
    browser.one("dialog .failure", "Say why");
    browser.click("dialog button", "Cancel");
    assertThat(runner()).isEqualTo("allow");

    contain("pause", "it fetched a file nobody knows");

    browser.one(".notice", "it fetched a file nobody knows");
    browser.one("section[aria-label='What came of the order'] .entry", "kill-switch verified");
    Awaitility.await().atMost(PATIENCE).until(() -> runner().equals("deny"));
    browser.one(".title button.primary", "Release");
    page.go("audit");
    browser.one(".entry", "console-contain");
    browser.awaitText("ada");
  }

  @Test
  void anOrderOfAPersonWaitsForAClickOfSomebodyElse() throws Exception {
    start("approve");
    assertThat(runner()).isEqualTo("allow");

    contain("pause", "looks odd");
    page.go("waiting");
    String card = browser.one(".wait:not(.over)", "containment order").getText();
    assertThat(card).contains(RUNNER, "pause", "looks odd");
    browser.one(".wait:not(.over) input").sendKeys("I said so");
    browser.click(".wait:not(.over) button.primary", "Approve");
    browser.awaitText("somebody else has to approve it");
    assertThat(runner()).isEqualTo("allow");

    page.signIn("responder");
    page.go("waiting");
    browser.one(".wait:not(.over) input").sendKeys("I agree");
    browser.click(".wait:not(.over) button.primary", "Approve");

    browser.one(".wait.over", "does not wait any more");
    Awaitility.await().atMost(PATIENCE).until(() -> runner().equals("deny"));
    page.go("agents/" + RUNNER);
    browser.one(".notice", "Contained since");
  }

  @Test
  void theOrderOfAFindingTakesTheCredentialOnlyWhenItIsApprovedByAClick() throws Exception {
    start("approve");
    page.go("waiting");
    try (TopicTail tail = new TopicTail(stage.stack().config().kafka().settings())) {
      stage.attack();
      String card = browser.one(".wait:not(.over)", "containment order").getText();
      assertThat(card).contains(DemoConfiguration.AGENT, "infra-account-token");
      browser.one(".wait:not(.over) input").sendKeys("it is the production token");
      browser.click(".wait:not(.over) button.primary", "Approve");
      ConsoleStage.awaitProof(tail);
    }
    page.openTheIncident();
    assertThat(browser.one(".story").getText()).contains("proved dead");
  }
}
