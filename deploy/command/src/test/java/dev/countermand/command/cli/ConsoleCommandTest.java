package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.LocalUser;
import dev.countermand.command.stack.Roles;
import dev.countermand.dashboards.console.Console;
import dev.countermand.embedded.Ports;
import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Decision;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.TopicWriter;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console beside the containment that carries out what people order there. */
final class ConsoleCommandTest {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

  @TempDir static Path directory;
  private static Configuration config;
  private static AutoCloseable containment;
  private static Console console;
  private static CompactedView<ContainmentState> states;
  private static String csrf = "";

  @BeforeAll
  static void start() throws Exception {
    config =
        LocalUser.ensure(
            ConfigurationLoader.read(
                """
                data: %s
                kafka: {bootstrap: "%s", topic-prefix: %s, partitions: 2}
                elasticsearch: {url: "http://127.0.0.1:%d"}
                containment: {mode: approve}
                console: {port: %d}
                """
                    .formatted(
                        directory,
                        TestServers.kafka().bootstrapServers(),
                        KafkaProbe.uniqueName("console"),
                        Ports.free(),
                        Ports.free()),
                "test"));
    Roles roles =
        new Roles(
            config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), InstantSource.system());
    roles.topics();
    containment = roles.containment();
    console = roles.console();
    states =
        new CompactedView<>(
            config.kafka().settings(),
            config.kafka().settings().topics().containmentState(),
            ContainmentState.CODEC);
    csrf =
        post(
                "/api/session",
                json()
                    .put("token", Files.readString(directory.resolve("keys/local-console.token"))))
            .path("csrf")
            .asText();
  }

  @AfterAll
  static void end() throws Exception {
    states.close();
    console.close();
    containment.close();
  }

  private static ObjectNode json() {
    return Json.mapper().createObjectNode();
  }

  private static JsonNode post(String path, ObjectNode body) throws Exception {
    return send(
        HttpRequest.newBuilder(console.address().resolve(path))
            .header("content-type", "application/json")
            .header("x-countermand-csrf", csrf)
            .POST(BodyPublishers.ofString(body.toString())));
  }

  private static JsonNode get(String path) throws Exception {
    return send(HttpRequest.newBuilder(console.address().resolve(path)));
  }

  private static JsonNode send(HttpRequest.Builder request) throws Exception {
    return Json.mapper()
        .readTree(
            CLIENT
                .send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString())
                .body());
  }

  private static boolean is(String agent, ContainmentStatus status) {
    return states.find(agent).map(state -> state.status() == status).orElse(false);
  }

  @Test
  void theTokenOfTheLocalAdministratorIsInAFileThatNobodyElseCanRead() throws IOException {
    Path token = directory.resolve("keys/local-console.token");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(token)).hasSize(48);
    assertThat(LocalUser.ensure(config)).isSameAs(config);
  }

  @Test
  void whereStandardErrorIsAFileTheTokenIsNotInIt() throws IOException {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      ConsoleCommand.printToken(config, "");
    } finally {
      System.setErr(before);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("local", "local-console.token")
        .doesNotContain(Files.readString(directory.resolve("keys/local-console.token")));
  }

  @Test
  void anOrderThatIsApprovedStopsTheAgentAndAReleaseLetsItGoOn() throws Exception {
    String pasted = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
    String order =
        post(
                "/api/agents/contain?id=coder",
                json().put("reason", "seen with " + pasted).put("rung", "pause"))
            .path("order")
            .asText();

    // In mode approve it waits, as any order does.
    JsonNode waiting =
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> get("/api/waiting").path("orders"), orders -> !orders.isEmpty())
            .get(0);
    assertThat(waiting.path("id").asText()).isEqualTo(order);
    assertThat(waiting.path("rung").asText()).isEqualTo("pause");
    assertThat(waiting.path("needs").asInt()).isEqualTo(1);
    JsonNode own =
        post(
            "/api/waiting/answer?id=" + order,
            json().put("agent", "coder").put("answer", "approve").put("reason", "I said so"));
    assertThat(own.at("/error/code").asText()).isEqualTo("OWN_ORDER");
    try (TopicWriter writer = new TopicWriter(config.kafka())) {
      writer.write(
          config.kafka().settings().topics().approvals(),
          "coder",
          Approval.CODEC,
          new Approval(
              order, Instant.now(), "coder", Decision.ALLOW, "grace", "I saw it, too", Extra.NONE));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> is("coder", ContainmentStatus.CONTAINED));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/api/waiting").path("orders").isEmpty());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> get("/api/orders/one?id=" + order).toString().contains("kill-switch verified"));
    assertThat(get("/api/agents/one?id=coder").at("/contained/order").asText()).isEqualTo(order);
    // What gateways tell the contained agent.
    assertThat(states.find("coder").orElseThrow().reason())
        .contains("seen with [[secret:github-pat:")
        .doesNotContain(pasted);

    post("/api/agents/release?id=coder", json().put("reason", "it was a test"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> is("coder", ContainmentStatus.RELEASED));
  }
}
