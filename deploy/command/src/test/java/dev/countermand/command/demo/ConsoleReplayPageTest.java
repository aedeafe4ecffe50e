package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.command.Main;
import dev.countermand.embedded.Ports;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.IncidentSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.OutcomeSample;
import dev.countermand.testkit.TestServers;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay on a real Kafka, looked at in a real Chromium: by the commands that people call. */
final class ConsoleReplayPageTest {
  private static final String AGENT = "coder-1";

  /** Longer ago than what a timeline shows at other times. */
  private static final Instant START = Instant.now().minus(Duration.ofDays(3));

  @TempDir Path directory;

  private final String live = KafkaProbe.uniqueName("live");
  private final String prefix = KafkaProbe.uniqueName(Topics.REPLAY_PREFIX + "case");
  private final int port = Ports.free();
  private Path config;
  private Chromium browser;
  private Thread console;

  @BeforeEach
  void happened() throws Exception {
    browser = Chromium.start();
    String bootstrap = TestServers.kafka().bootstrapServers();
    Path token = Files.writeString(directory.resolve("token"), "token-of-ada");
    config =
        Files.writeString(
            directory.resolve("countermand.yaml"),
            """
            data: %s
            kafka: {bootstrap: "%s", topic-prefix: %s, partitions: 2}
            elasticsearch: {url: "http://127.0.0.1:%d"}
            console: {users: {ada: {role: admin, token: {file: %s}}}}
            """
                .formatted(directory, bootstrap, live, Ports.free(), token));
    Topics topics = new Topics(live);
    new TopicAdmin(new KafkaSettings(bootstrap, topics, Map.of())).ensure(topics.all(), 2, 1);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (int i = 0; i < 10; i++) {
        put(probe, topics.scoredActions(), Action.CODEC, action(i));
      }
      put(probe, topics.findings(), Finding.CODEC, finding());
      byte[] incident = Incident.CODEC.encode(incident());
      probe.produce(topics.incidents(), "incident-1", incident, Map.of());
      put(
          probe,
          topics.containmentOutcomes(),
          ContainmentOutcome.CODEC,
          OutcomeSample.of(AGENT, Step.KILL_SWITCH, StepState.VERIFIED, START.plusSeconds(10)));
    }
  }

  @AfterEach
  void end() throws Exception {
    if (console != null) {
      console.interrupt();
      console.join();
    }
    browser.close();
  }

  private static Action action(int i) {
    return ActionSample.of("act-" + i, START.plusSeconds(i))
        .agent(AGENT)
        .command("echo step-" + i + ".")
        .build();
  }

  private static Finding finding() {
    return FindingSample.of("f-1", START.plusSeconds(9)).action("act-9").agent(AGENT).build();
  }

  private static Incident incident() {
    Instant found = START.plusSeconds(9);
    return IncidentSample.of("incident-1", found)
        .contained(found)
        .agent(AGENT)
        .counts(1, 2)
        .findings("f-1")
        .build();
  }

  private static <T> void put(KafkaProbe probe, String topic, DocumentCodec<T> codec, T document) {
    probe.produce(topic, AGENT, codec.encode(document), Map.of());
  }

  private void replay(String speed) {
    int code =
        Main.commandLine()
            .execute(
                "replay",
                "-c",
                config.toString(),
                "--from",
                START.minusSeconds(5).toString(),
                "--to",
                START.plusSeconds(60).toString(),
                "--speed",
                speed,
                "--to-prefix",
                prefix);
    assertThat(code).isZero();
  }

  private ConsolePage openTheConsole() {
    console =
        new Thread(
            () ->
                Main.commandLine()
                    .execute(
                        "console",
                        "-c",
                        config.toString(),
                        "--replay",
                        prefix,
                        "--port",
                        String.valueOf(port)));
    console.start();
    ConsoleSite site =
        new ConsoleSite() {
          @Override
          public URI console() {
            return URI.create("http://127.0.0.1:" + port + "/");
          }

          @Override
          public String token(String who) {
            return "token-of-ada";
          }
        };
    ConsolePage page = new ConsolePage(browser, site);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              browser.open(site.console() + "health");
              return browser.text().contains("ok");
            });
    page.signIn("admin");
    page.go("now");
    browser.one(".stream.live");
    return page;
  }

  private void showsTheIncidentAndRefusesEveryAct(ConsolePage page) {
    browser.one(".entry", "step-9.");
    browser.one(".entry", "kill-switch verified");
    assertThat(browser.one("#replay").getText()).contains(prefix, "happened before");
    assertThat(browser.text()).doesNotContain("Elasticsearch is away");
    page.go("incidents");
    browser.openRow(AGENT);
    browser.one(".list .row", "step-0.");
    browser.one(".timeline-of .filters", "12 entries; read from Kafka");
    page.go("timeline?agent=" + AGENT);
    browser.one(".timeline-of .filters", "12 entries; read from Kafka");
    page.go("agents");
    browser.openRow(AGENT);
    browser.awaitText("Why its risk is what it is");
    assertThat(browser.all("main button.danger, main button.primary")).isEmpty();
    assertThat(refusal("/api/agents/contain?id=" + AGENT)).isEqualTo("409 CONSOLE_REPLAY");
    assertThat(refusal("/api/agents/release?id=" + AGENT)).isEqualTo("409 CONSOLE_REPLAY");
    assertThat(refusal("/api/waiting/answer?id=order-1")).isEqualTo("409 CONSOLE_REPLAY");
  }

  /** What the console answers to somebody who acts without the page's buttons. */
  private Object refusal(String path) {
    browser.script(
        """
        window.refused = null;
        fetch('/api/session').then((one) => one.json()).then((session) =>
          fetch('%s', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-countermand-csrf': session.csrf },
            body: '{"reason": "why", "agent": "coder-1", "answer": "approve"}',
          })).then((answer) => answer.json().then((body) => {
            window.refused = `${answer.status} ${body.error.code}`;
          }));
        """
            .formatted(path));
    return Awaitility.await()
        .until(() -> browser.script("return window.refused"), found -> found != null);
  }

  @Test
  void whatIsPlayedTenTimesAsFastArrivesLiveInAConsoleThatWasStartedBefore() {
    ConsolePage page = openTheConsole();
    assertThat(browser.all(".stream-card .entry")).isEmpty();

    Thread player = new Thread(() -> replay("10x"));
    player.start();
    browser.one(".entry", "step-0.");

    showsTheIncidentAndRefusesEveryAct(page);
    Awaitility.await().until(() -> !player.isAlive());
  }

  @Test
  void aReplayThatIsOverIsShownWhole() {
    replay("max");

    ConsolePage page = openTheConsole();
    browser.one(".entry", "step-0.");

    showsTheIncidentAndRefusesEveryAct(page);
  }

  @Test
  void theConsoleOfAReplayIsRefusedThePrefixOfADeployment() {
    int code =
        Main.commandLine().execute("console", "-c", config.toString(), "--replay", "countermand");

    assertThat(code).isNotZero();
  }
}
