package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.command.stack.Roles;
import dev.countermand.model.Topic;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
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
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people ask of containment, on a real Kafka and a real PostgreSQL. */
final class ContainCommandTest {
  private static final String PASSWORD = "c0ntain-" + "me-4f1d9a";

  @TempDir static Path directory;

  private static Path config;
  private static AutoCloseable containment;
  private static Topics topics;

  @BeforeAll
  static void runContainment() throws IOException {
    PostgresBackend database = TestServers.postgres();
    String prefix = KafkaProbe.uniqueName("contain");
    String bootstrap = TestServers.kafka().bootstrapServers();
    Path password = directory.resolve("password");
    Files.writeString(password, database.password());
    config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        """
        data: %s/data
        kafka: {bootstrap: "%s", topic-prefix: %s, partitions: 2}
        containment:
          providers:
            db: {type: postgresql, url: "%s", user: %s, password: {file: %s}}
        """
            .formatted(
                directory, bootstrap, prefix, database.jdbcUrl(), database.superuser(), password));
    topics = new Topics(prefix);
    new TopicAdmin(new KafkaSettings(bootstrap, topics, Map.of())).ensure(topics.all(), 2, 1);
    containment =
        new Roles(
                ConfigurationLoader.load(config),
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
        call("contain", "plan", "agent-1", "--credential", role, "--dry-run", "--wait", "60s");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out()).contains(role, "db", "suspend", "A release gives it back");
    assertThat(logsIn(role)).isTrue();

    Invocation order =
        call("contain", "order", "agent-1", "--credential", role, "--reason", "it went wild");
    assertThat(order.code()).as(order.out() + order.err()).isZero();
    assertThat(order.out()).contains("kill-switch verified", "verified: " + role + " is dead");
    assertThat(logsIn(role)).isFalse();
    assertThat(call("agents").out()).contains("agent-1", "contained", "it went wild");

    assertThat(call("release", "agent-1", "--reason", "a test").code()).isZero();
    assertThat(logsIn(role)).isTrue();
  }

  @Test
  void aPlanDoesNotPromiseWhatNoProviderIsThereFor() throws IOException {
    // It was registered where the provider is configured; containment runs without it.
    PostgresBackend database = TestServers.postgres();
    Path wider = directory.resolve("wider.yaml");
    Files.writeString(
        wider,
        Files.readString(config)
            + "    a-cloud: {type: postgresql, url: \"%s\", user: %s, password: {file: %s}}\n"
                .formatted(
                    database.jdbcUrl(), database.superuser(), directory.resolve("password")));
    register(wider, "cc_elsewhere", "a-cloud", "role=nobody");
    String[] words = {"contain", "plan", "agent-5", "--credential", "cc_elsewhere"};
    Invocation text = call(words);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("cannot", "PROVIDER_NOT_CONFIGURED", "a-cloud", "containment.providers")
        .doesNotContain(" do ", "A release gives it back");
    JsonNode step =
        Json.mapper()
            .readTree(
                call("contain", "plan", "agent-5", "--credential", "cc_elsewhere", "--json").out())
            .at("/countermand/plan/steps/0");
    assertThat(step.path("answer").asText()).isEqualTo("cannot");
    assertThat(step.path("code").asText()).isEqualTo("PROVIDER_NOT_CONFIGURED");
  }

  @ParameterizedTest
  @CsvSource({
    "scoring, RESERVED", "Gateway, RESERVED", "countermand-drill, RESERVED", "'', INVALID",
    "'ada ', INVALID", "\u0430da, INVALID", "-ada, INVALID", "'a\nb', INVALID"
  })
  void nobodyOrdersOrAnswersInANameThatIsNoPersons(String name, String why) {
    for (String[] words :
        List.of(
            new String[] {"contain", "order", "agent-6", "--reason", "x"},
            new String[] {"contain", "plan", "agent-6"},
            new String[] {"approve", "agent-6", "order", "--reason", "x"},
            new String[] {"deny", "agent-6", "order", "--reason", "x"})) {
      String[] all = Arrays.copyOf(words, words.length + 1);
      all[words.length] = "--by=" + name;
      Invocation refused = call(all);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("PERSON_NAME_" + why, "--by").doesNotContain("\u0430");
    }
  }

  @Test
  void aNameThatNobodyHasIsSaid() {
    Invocation order = call("contain", "order", "agent-nobody", "--reason", "a typing error");
    assertThat(order.code()).as(order.out() + order.err()).isZero();
    assertThat(order.out()).contains("No registered credential of agent-nobody is known");

    Invocation release = call("release", "agent-nobodi", "--reason", "another");
    assertThat(release.code()).isEqualTo(1);
    assertThat(release.err()).contains("AGENT_NOT_CONTAINED", "agent-nobodi");
    assertThat(call("release", "agent-nobody", "--reason", "a test").code()).isZero();
    assertThat(call("release", "agent-nobody", "--reason", "again").err())
        .contains("AGENT_NOT_CONTAINED");
  }

  @Test
  void anOrderThatNamesNoAgentIsRefused() {
    for (String none : List.of("", " ", "a".repeat(1_001))) {
      Invocation refused = call("contain", "order", none, "--reason", "x");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("AGENT_INVALID");
    }
  }

  @Test
  void aWaitThatIsNegativeOrEndlessIsAMistakeInTheCommand() {
    for (String wait : List.of("-5s", "99999999999d")) {
      Invocation refused = call("contain", "order", "agent-9", "--reason", "x", "--wait", wait);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("is no duration from 0s to 36500d");
    }
  }

  @Test
  void anAgentWhoseIdHoldsASecretIsRefusedAsItsReportsAre() {
    String id = "bot-ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
    for (String[] words :
        List.of(
            new String[] {"contain", "order", id, "--reason", "x"},
            new String[] {"contain", "plan", id})) {
      Invocation refused = call(words);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("AGENT_HOLDS_SECRET");
      assertThat(refused.out() + refused.err()).doesNotContain(id);
    }
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      assertThat(probe.readAll(topics.containmentOrders()))
          .noneMatch(one -> (one.key() + one.value()).contains(id));
    }
  }

  @Test
  void aReasonMayHaveAThousandCharactersAndNoMore() {
    String longest = "x".repeat(1_000);
    assertThat(call("approve", "agent-7", "an-order", "--reason", longest).code()).isZero();
    for (String[] words :
        List.of(
            new String[] {"contain", "order", "agent-7", "--reason", longest + "x"},
            new String[] {"approve", "agent-7", "an-order", "--reason", longest + "x"},
            new String[] {"deny", "agent-7", "an-order", "--reason", longest + "x"})) {
      Invocation refused = call(words);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("TEXT_TOO_LONG", "1001");
    }
  }

  @Test
  void whatCannotBeTakenBackWaitsForASecondPerson() throws IOException {
    String role = role("cc_revoked");
    Invocation order =
        call(
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
        .until(() -> call("contain", "waiting").out().contains("agent-2"));
    JsonNode waiting =
        Json.mapper()
            .readTree(
                call("contain", "waiting", "--json")
                    .out()
                    .lines()
                    .filter(line -> line.contains("agent-2"))
                    .findFirst()
                    .orElseThrow());
    String rest = waiting.at("/event/id").asText();
    assertThat(rest).endsWith(":revoke");
    assertThat(call("approve", "agent-2", rest, "--reason", "yes", "--by", "ada").code()).isZero();
    assertThat(call("contain", "waiting").out()).contains(rest);
    assertThat(call("approve", "agent-2", rest, "--reason", "I looked", "--by", "grace").code())
        .isZero();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !call("contain", "waiting").out().contains(rest));
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
      Invocation done = call(all);
      assertThat(done.code()).as(done.out() + done.err()).isZero();
      printed += done.out() + done.err();
    }
    assertThat(printed + call("agents").out()).doesNotContain(token);
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
    call(
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
        .until(() -> call("contain", "waiting").out().contains("agent-3"));
    String rest =
        call("contain", "waiting")
            .out()
            .lines()
            .filter(line -> line.startsWith("agent-3"))
            .map(line -> line.split("\\s+")[1])
            .findFirst()
            .orElseThrow();
    assertThat(call("deny", "agent-3", rest, "--reason", "not needed").code()).isZero();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !call("contain", "waiting").out().contains(rest));
    assertThat(hasNoPassword(role)).isFalse();
  }

  @Test
  void aDrillTellsHowLongItTookAndGivesTheCanaryBack() {
    String role = role("cc_canary");
    Invocation drill = call("contain", "drill", "--credential", role, "--within", "30s");
    assertThat(drill.code()).as(drill.out() + drill.err()).isZero();
    assertThat(drill.out()).contains("VERIFIED MS", "db", "1 of 1 canaries were proved dead");
    assertThat(logsIn(role)).isTrue();
  }

  @Test
  void aDrillWithoutACanarySaysWhatToDo() {
    Invocation drill = call("contain", "drill");
    assertThat(drill.code()).isNotZero();
    assertThat(drill.err()).contains("DRILL_WITHOUT_CANARY");
  }

  @Test
  void aRungThatThereIsNotIsAnsweredWithThoseThereAre() {
    assertThat(call("contain", "plan", "agent-1", "--rung", "kill").err())
        .contains("pause, narrow, suspend, revoke");
  }

  /** A role that can log in, registered by its name. */
  private static String role(String name) {
    sql("CREATE ROLE " + name + " LOGIN PASSWORD '" + PASSWORD + name + "'");
    return register(config, name, "db", "role=" + name);
  }

  private static String register(Path file, String name, String provider, String handle) {
    Invocation added =
        Invocation.of(
            PASSWORD + name + "\n",
            "credential",
            "add",
            name,
            "--provider",
            provider,
            "--environment",
            "production",
            "--handle",
            handle,
            "-c",
            file.toString());
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

  private static Invocation call(String... words) {
    String[] all = Arrays.copyOf(words, words.length + 2);
    all[words.length] = "-c";
    all[words.length + 1] = config.toString();
    return Invocation.of("", all);
  }
}
