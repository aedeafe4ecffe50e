package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ContainmentStateSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of people who operate, on a real Kafka. */
final class OperatorCommandsTest {
  private static final String PASTED = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String SECRET = "0f9e8d7c-6b5a-4948" + "-b7a6-c5d4e3f2a1b0";

  @TempDir static Path directory;

  private static CommandsOnKafka commands;

  @BeforeAll
  static void configure() throws IOException {
    commands =
        new CommandsOnKafka(
            directory,
            "operator",
            """
            containment:
              providers:
                cloud:
                  type: oauth2
                  revocation-endpoint: https://cloud.example/revoke
                  introspection-endpoint: https://cloud.example/introspect
                  client-id: countermand
                  client-secret: {env: HOME}
                events:
                  type: kafka
                  url: %s
                  client: {client.dns.lookup: use_all_dns_ips}
            """
                .formatted(TestServers.kafka().bootstrapServers()));
  }

  @Test
  void aCredentialIsRegisteredFromStandardInputAndItsSecretIsNowhere() throws Exception {
    Invocation added =
        commands.callWith(
            SECRET + "\n",
            "credential",
            "add",
            "root-token",
            "--provider",
            "cloud",
            "--environment",
            "production",
            "--capability",
            "destroy:volume");
    assertThat(added.code()).as(added.err()).isZero();
    Invocation listed = commands.call("credential", "list", "--json");
    JsonNode credential = Json.mapper().readTree(listed.out());
    assertThat(credential.at("/countermand/credential/name").textValue()).isEqualTo("root-token");
    assertThat(credential.at("/countermand/credential/fingerprint").textValue()).hasSize(32);
    assertThat(credential.at("/countermand/credential/sealed").textValue()).isNotEmpty();
    assertThat(added.out() + added.err() + listed.out()).doesNotContain(SECRET);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContain(SECRET);
      }
    }

    Invocation opened =
        commands.call(
            "task",
            "open",
            "--agent",
            "agent-7",
            "--purpose",
            "tidy up " + PASTED,
            "--profile",
            "refactoring",
            "--environment",
            "staging",
            "--verb",
            "read",
            "--verb",
            "write",
            "--credential",
            "root-token",
            "--for",
            "8h");
    assertThat(opened.code()).as(opened.err()).isZero();
    JsonNode task = Json.mapper().readTree(commands.call("task", "show", "agent-7").out());
    assertThat(task.at("/countermand/task/profile").textValue()).isEqualTo("refactoring");
    assertThat(opened.out() + task).contains("tidy up [[secret:github-pat:").doesNotContain(PASTED);
    assertThat(task.at("/countermand/task/credentials/0"))
        .isEqualTo(credential.at("/countermand/credential/fingerprint"));
    assertThat(commands.call("agents").out()).contains("agent-7", "active", "tidy up");
    whatTheCredentialCouldDestroyIsSaid();
    assertThat(commands.call("task", "close", "agent-7").code()).isZero();
    assertThat(commands.call("task", "list").out()).contains("agent-7", "ended");

    Invocation history = commands.call("task", "history", "agent-7", "--json");
    assertThat(history.out().lines().map(line -> at(line, "/event/action")))
        .containsExactly("task-open", "task-close");
    assertThat(history.out().lines().map(line -> at(line, "/countermand/audit/via")))
        .containsOnly("cli");
  }

  @Test
  void whereNothingIsSealedACredentialIsKeptWithoutACopyAndAHandleIsAskedFor() throws Exception {
    Path sparing = directory.resolve("sparing.yaml");
    Files.writeString(
        sparing,
        Files.readString(commands.config())
                .replaceFirst("topic-prefix: [^,]+", KafkaProbe.uniqueName("topic-prefix: sparing"))
            + "gateway: {seal: {kinds: {postgresql-role: none}}}\n");
    Invocation added =
        CommandsOnKafka.callUnder(
            sparing,
            SECRET + "\n",
            "credential",
            "add",
            "worker-role",
            "--provider",
            "cloud",
            "--kind",
            "postgresql-role");
    assertThat(added.code()).as(added.err()).isZero();
    assertThat(added.out() + added.err())
        .contains("No sealed copy is kept", "--handle")
        .doesNotContain(SECRET);

    Invocation shown = CommandsOnKafka.callUnder(sparing, "", "credential", "show", "worker-role");
    assertThat(
            Json.mapper().readTree(shown.out()).at("/countermand/credential/is_sealed").asBoolean())
        .isFalse();
  }

  private static void whatTheCredentialCouldDestroyIsSaid() throws IOException {
    Path tree = Files.createDirectories(directory.resolve("tree").resolve("src"));
    Files.writeString(tree.resolve("notes.md"), "first\nthe thing is " + SECRET + " here\n");
    Invocation shown = commands.call("credential", "show", "root-token");
    assertThat(
            Json.mapper().readTree(shown.out()).at("/countermand/credential/is_sealed").asBoolean())
        .isTrue();
    assertThat(shown.out()).doesNotContain("\"sealed\"");

    Invocation scanned = commands.call("credential", "scan", directory.resolve("tree").toString());
    assertThat(scanned.out()).contains("src/notes.md:2", "root-token", "destroy:volume");

    Path page = directory.resolve("radius.html");
    Invocation said =
        commands.call(
            "credential",
            "blast-radius",
            "--scan",
            directory.resolve("tree").toString(),
            "--html",
            page.toString());
    assertThat(
            commands
                .call("credential", "blast-radius", "--html", directory + "/none/radius.html")
                .err())
        .contains("FILE_UNWRITABLE", "/none/radius.html cannot be written: no such file");
    assertThat(said.out())
        .contains("root-token", "can delete: volume", "its backups too", "src/notes.md:2")
        .contains("nobody answers for it");
    JsonNode radius =
        Json.mapper().readTree(commands.call("credential", "blast-radius", "--json").out());
    assertThat(radius.at("/removes/0").textValue()).isEqualTo("volume");
    assertThat(radius.at("/tasks")).hasSize(1);
    assertThat(Files.readString(page)).contains("root-token", "<table>");
    assertThat(scanned.out() + said.out() + Files.readString(page)).doesNotContain(SECRET);
    Files.delete(tree.resolve("notes.md"));
  }

  @Test
  void anAgentWhoseIdHoldsASecretIsGrantedNothing() {
    Invocation opened = commands.call("task", "open", "--agent", "bot-" + PASTED, "--purpose", "x");
    assertThat(opened.code()).isEqualTo(1);
    assertThat(opened.err()).contains("AGENT_HOLDS_SECRET").doesNotContain(PASTED);
  }

  @Test
  void aPurposeThatIsTooLongIsRefused() {
    String purpose = "x".repeat(1_001);
    Invocation opened = commands.call("task", "open", "--agent", "agent-8", "--purpose", purpose);
    assertThat(opened.code()).isEqualTo(1);
    assertThat(opened.err()).contains("TEXT_TOO_LONG", "1001", "1000");
  }

  @Test
  void aPurposeWithoutWordsIsRefused() {
    Invocation opened = commands.call("task", "open", "--agent", "agent-8", "--purpose", " ");
    assertThat(opened.code()).isEqualTo(1);
    assertThat(opened.err()).contains("TEXT_EMPTY");
  }

  @Test
  void aReleaseWithoutAReasonIsRefused() {
    contained("agent-10");
    Invocation released = commands.call("release", "agent-10", "--reason", "", "--wait", "1s");
    assertThat(released.code()).isEqualTo(1);
    assertThat(released.err()).contains("TEXT_EMPTY");
  }

  @Test
  void aProviderThatIsNotConfiguredIsAnErrorThatSaysWhatIs() {
    Invocation added = commands.callWith(SECRET, "credential", "add", "x", "--provider", "clod");
    assertThat(added.code()).isEqualTo(1);
    assertThat(added.err()).contains("PROVIDER_UNKNOWN", "clod", "cloud").doesNotContain(SECRET);
  }

  @Test
  void whatKafkaLetsInIsListedAndANameCannotMoveTheCursor() throws Exception {
    String escape = "\u001b[2J";
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()))) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      "indexer" + escape,
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                      SECRET)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    Awaitility.await("the broker knows the user")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              Invocation found = commands.call("credential", "discover", "events", "--offline");
              assertThat(found.code()).as(found.err()).isZero();
              assertThat(found.out())
                  .contains("indexer?[2J", "kafka-user", "*:*", "SCRAM-SHA-256", "no authorizer")
                  .doesNotContain("\u001b", SECRET);
            });
  }

  @Test
  void aProviderThatCannotBeAskedAndOneThatDoesNotExistAreErrorsThatSaySo() {
    Invocation oauth = commands.call("credential", "discover", "cloud");
    assertThat(oauth.code()).isEqualTo(1);
    assertThat(oauth.err()).contains("DISCOVERY_UNSUPPORTED", "oauth2");
    Invocation unknown = commands.call("credential", "discover", "clod");
    assertThat(unknown.err()).contains("PROVIDER_UNKNOWN", "cloud");
  }

  @Test
  void aSecretThatIsTooShortIsNotRegistered() {
    Invocation added = commands.callWith("short", "credential", "add", "x", "--provider", "cloud");
    assertThat(added.code()).isEqualTo(1);
    assertThat(added.err()).contains("SECRET_UNUSABLE").doesNotContain("short\"");
  }

  @Test
  void aTaskCannotGrantACredentialThatIsNotRegistered() {
    Invocation opened =
        commands.call("task", "open", "--agent", "a", "--purpose", "p", "--credential", "nobody");
    assertThat(opened.code()).isEqualTo(1);
    assertThat(opened.err()).contains("CREDENTIAL_UNKNOWN", "nobody");
  }

  @Test
  void aVerbThatDoesNotExistIsAUsageErrorThatNamesTheOnesThereAre() {
    Invocation opened =
        commands.call("task", "open", "--agent", "a", "--purpose", "p", "--verb", "explode");
    assertThat(opened.code()).isEqualTo(2);
    assertThat(opened.err()).contains("destroy", "read-secret");
  }

  @Test
  void aProfileThatIsNoWordIsAUsageError() {
    Invocation opened =
        commands.call("task", "open", "--agent", "a", "--purpose", "p", "--profile", "peers/all");
    assertThat(opened.code()).isEqualTo(2);
    assertThat(opened.err()).contains("--profile", "lower-case letters");
  }

  @Test
  void aReleaseThatNobodyCarriesOutSaysSoAndFails() {
    contained("agent-9");
    Invocation released =
        commands.call("release", "agent-9", "--reason", "false alarm", "--wait", "1s");
    assertThat(released.code()).isEqualTo(1);
    assertThat(released.err()).contains("NO_OUTCOME", "countermand contain");
  }

  @Test
  void theDoctorSaysWhatIsWrongAndFails() {
    Invocation examined = commands.call("doctor");
    assertThat(examined.code()).isEqualTo(1);
    assertThat(examined.out())
        .contains("ok    kafka")
        .contains("bad   gateway")
        .contains("warn  scoring        nobody does it")
        .contains("warn  containment    nobody does it")
        .contains("is it running?");
  }

  @Test
  void upSaysWhoseSecretIsMissingBeforeItStartsAnything() throws IOException {
    Path lacking = directory.resolve("lacking.yaml");
    Files.writeString(
        lacking,
        Files.readString(commands.config())
            .replace("{env: HOME}", "{env: COUNTERMAND_TEST_NOT_SET}")
            .replace(directory + "/data", directory + "/lacking"));
    Invocation up = CommandsOnKafka.callUnder(lacking, "", "up");
    assertThat(up.code()).isEqualTo(1);
    assertThat(up.err())
        .contains("SECRET_UNREADABLE", "provider cloud", "COUNTERMAND_TEST_NOT_SET");
    assertThat(directory.resolve("lacking/kafka")).doesNotExist();
  }

  @Test
  void aKafkaThatIsNotThereIsNamed() throws IOException {
    Path elsewhere = directory.resolve("elsewhere.yaml");
    Files.writeString(
        elsewhere,
        "kafka: {bootstrap: \"127.0.0.1:1\", client: {default.api.timeout.ms: \"1500\", request.timeout.ms: \"1000\"}}");
    Invocation listed =
        CommandsOnKafka.callUnder(elsewhere, "", "task", "open", "--agent", "a", "--purpose", "p");
    assertThat(listed.code()).isEqualTo(1);
    assertThat(listed.err()).contains("KAFKA_UNREACHABLE", "127.0.0.1:1");
  }

  private static void contained(String agent) {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      ContainmentState state =
          ContainmentStateSample.of(agent, ContainmentStatus.CONTAINED, Instant.now()).build();
      probe.produce(
          commands.topics().containmentState(),
          agent,
          ContainmentState.CODEC.encode(state),
          Map.of());
    }
  }

  private static String at(String json, String pointer) {
    try {
      return Json.mapper().readTree(json).at(pointer).asText();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
