package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.command.stack.Roles;
import dev.countermand.model.Topic;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.PostgresBackend;
import dev.countermand.testkit.TestServers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people ask of containment, on a real Kafka and a real PostgreSQL. */
final class ContainCommandTest {
  private static final String PASSWORD = "c0ntain-" + "me-4f1d9a";

  @TempDir static Path directory;

  private static CommandsOnKafka commands;
  private static AutoCloseable containment;
  private static Topics topics;

  @BeforeAll
  static void runContainment() throws IOException {
    PostgresBackend database = TestServers.postgres();
    Path password = directory.resolve("password");
    Files.writeString(password, database.password());
    commands =
        new CommandsOnKafka(
                directory,
                "contain",
                """
                containment:
                  providers:
                    db: {type: postgresql, url: "%s", user: %s, password: {file: %s}}
                """
                    .formatted(database.jdbcUrl(), database.superuser(), password))
            .withTopics();
    topics = commands.topics();
    containment =
        new Roles(
                ConfigurationLoader.load(commands.config()),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                InstantSource.system())
            .containment();
  }

  @AfterAll
  static void endContainment() throws Exception {
    containment.close();
  }

  @Test
  void anAgentIsContainedByAPersonAndReleased() {
    String role = role("cc_ordered");
    Invocation plan =
        commands.call(
            "contain", "plan", "agent-1", "--credential", role, "--dry-run", "--wait", "60s");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out()).contains(role, "db", "suspend", "A release gives it back");
    assertThat(logsIn(role)).isTrue();

    Invocation order =
        commands.call(
            "contain", "order", "agent-1", "--credential", role, "--reason", "it went wild");
    assertThat(order.code()).as(order.out() + order.err()).isZero();
    assertThat(order.out()).contains("kill-switch verified", "verified: " + role + " is dead");
    assertThat(logsIn(role)).isFalse();
    assertThat(commands.call("agents").out()).contains("agent-1", "contained", "it went wild");

    assertThat(commands.call("release", "agent-1", "--reason", "a test").code()).isZero();
    assertThat(logsIn(role)).isTrue();
  }

  @Test
  void aPlanDoesNotPromiseWhatNoProviderIsThereFor() throws IOException {
    // It was registered where the provider is configured; containment runs without it.
    PostgresBackend database = TestServers.postgres();
    Path wider = directory.resolve("wider.yaml");
    Files.writeString(
        wider,
        Files.readString(commands.config())
            + "    a-cloud: {type: postgresql, url: \"%s\", user: %s, password: {file: %s}}\n"
                .formatted(
                    database.jdbcUrl(), database.superuser(), directory.resolve("password")));
    register(wider, "cc_elsewhere", "a-cloud", "role=nobody");
    String[] words = {"contain", "plan", "agent-5", "--credential", "cc_elsewhere"};
    Invocation text = commands.call(words);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("cannot", "PROVIDER_NOT_CONFIGURED", "a-cloud", "containment.providers")
        .doesNotContain(" do ", "A release gives it back");
    JsonNode step =
        Json.mapper()
            .readTree(
                commands
                    .call("contain", "plan", "agent-5", "--credential", "cc_elsewhere", "--json")
                    .out())
            .at("/countermand/plan/steps/0");
    assertThat(step.path("answer").asText()).isEqualTo("cannot");
    assertThat(step.path("code").asText()).isEqualTo("PROVIDER_NOT_CONFIGURED");
  }

  @Test
  void aNameThatNobodyHasIsSaid() {
    Invocation order =
        commands.call("contain", "order", "agent-nobody", "--reason", "a typing error");
    assertThat(order.code()).as(order.out() + order.err()).isZero();
    assertThat(order.out()).contains("No registered credential of agent-nobody is known");

    Invocation release = commands.call("release", "agent-nobodi", "--reason", "another");
    assertThat(release.code()).isEqualTo(1);
    assertThat(release.err()).contains("AGENT_NOT_CONTAINED", "agent-nobodi");
    assertThat(commands.call("release", "agent-nobody", "--reason", "a test").code()).isZero();
    assertThat(commands.call("release", "agent-nobody", "--reason", "again").err())
        .contains("AGENT_NOT_CONTAINED");
  }

  @Test
  void whatCannotBeTakenBackWaitsForASecondPerson() throws IOException {
    String role = role("cc_revoked");
    Invocation order =
        commands.call(
            "contain",
            "order",
            "agent-2",
            "--rung",
            "revoke",
            "--credential",
            role,
            "--reason",
            "leaked",
            "--by",
            "ada");
    assertThat(order.code()).as(order.out() + order.err()).isZero();
    assertThat(logsIn(role)).isFalse();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> commands.call("contain", "waiting").out().contains("agent-2"));
    JsonNode waiting =
        Json.mapper()
            .readTree(
                commands
                    .call("contain", "waiting", "--json")
                    .out()
                    .lines()
                    .filter(line -> line.contains("agent-2"))
                    .findFirst()
                    .orElseThrow());
    String rest = waiting.at("/event/id").asText();
    assertThat(rest).endsWith(":revoke");
    assertThat(commands.call("approve", "agent-2", rest, "--reason", "yes", "--by", "ada").code())
        .isZero();
    assertThat(commands.call("contain", "waiting").out()).contains(rest);
    assertThat(
            commands
                .call("approve", "agent-2", rest, "--reason", "I looked", "--by", "grace")
                .code())
        .isZero();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !commands.call("contain", "waiting").out().contains(rest));
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> hasNoPassword(role));
  }

  @Test
  void aTokenThatIsTypedAsAReasonIsNotPrintedAndOnNoTopic() {
    String token = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
    String role = role("cc_pasted");
    String printed = "";
    for (String[] words :
        List.of(
            new String[] {"contain", "order", "agent-9", "--credential", role},
            new String[] {"release", "agent-9"},
            new String[] {"approve", "agent-9", "an-order"},
            new String[] {"deny", "agent-9", "an-order"})) {
      String[] all = Arrays.copyOf(words, words.length + 3);
      all[words.length] = "--reason";
      all[words.length + 1] = "it has " + token;
      all[words.length + 2] = "--json";
      Invocation done = commands.call(all);
      assertThat(done.code()).as(done.out() + done.err()).isZero();
      printed += done.out() + done.err();
    }
    assertThat(printed + commands.call("agents").out()).doesNotContain(token);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      assertThat(probe.readAll(topics.containmentOrders()))
          .filteredOn(message -> message.value().contains("it has [[secret:github-pat:"))
          .hasSize(2);
      assertThat(probe.readAll(topics.approvals()))
          .filteredOn(message -> message.value().contains("it has [[secret:github-pat:"))
          .hasSize(2);
      for (Topic topic : topics.all()) {
        assertThat(probe.readAll(topic.name()))
            .noneMatch(message -> (message.key() + message.value()).contains(token));
      }
    }
  }

  @Test
  void whatIsDeniedIsDropped() {
    String role = role("cc_denied");
    commands.call(
        "contain",
        "order",
        "agent-3",
        "--rung",
        "revoke",
        "--credential",
        role,
        "--reason",
        "x",
        "--by",
        "ada");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> commands.call("contain", "waiting").out().contains("agent-3"));
    String rest =
        commands
            .call("contain", "waiting")
            .out()
            .lines()
            .filter(line -> line.startsWith("agent-3"))
            .map(line -> line.split("\\s+")[1])
            .findFirst()
            .orElseThrow();
    assertThat(commands.call("deny", "agent-3", rest, "--reason", "not needed").code()).isZero();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !commands.call("contain", "waiting").out().contains(rest));
    assertThat(hasNoPassword(role)).isFalse();
  }

  @Test
  void aDrillTellsHowLongItTookAndGivesTheCanaryBack() {
    String role = role("cc_canary");
    Invocation drill = commands.call("contain", "drill", "--credential", role, "--within", "30s");
    assertThat(drill.code()).as(drill.out() + drill.err()).isZero();
    assertThat(drill.out()).contains("VERIFIED MS", "db", "1 of 1 canaries were proved dead");
    assertThat(logsIn(role)).isTrue();
  }

  /** A role that can log in, registered by its name. */
  private static String role(String name) {
    sql("CREATE ROLE " + name + " LOGIN PASSWORD '" + PASSWORD + name + "'");
    return register(commands.config(), name, "db", "role=" + name);
  }

  private static String register(Path file, String name, String provider, String handle) {
    Invocation added =
        CommandsOnKafka.callUnder(
            file,
            PASSWORD + name + "\n",
            "credential",
            "add",
            name,
            "--provider",
            provider,
            "--environment",
            "production",
            "--handle",
            handle);
    assertThat(added.code()).as(added.out() + added.err()).isZero();
    return name;
  }

  private static boolean logsIn(String role) {
    try (Connection connection =
        DriverManager.getConnection(TestServers.postgres().jdbcUrl(), role, PASSWORD + role)) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean hasNoPassword(String role) {
    PostgresBackend database = TestServers.postgres();
    try (Connection connection =
            DriverManager.getConnection(
                database.jdbcUrl(), database.superuser(), database.password());
        java.sql.ResultSet rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = '" + role + "'")) {
      return rows.next() && rows.getBoolean(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sql(String statement) {
    PostgresBackend database = TestServers.postgres();
    try (Connection connection =
        DriverManager.getConnection(
            database.jdbcUrl(), database.superuser(), database.password())) {
      connection.createStatement().execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
