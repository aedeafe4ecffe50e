package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Action;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Decision;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Json;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTest {
  private static final String TOKEN = "gh" + "p_" + "16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String JSON = "application/json";

  private static WatchedGateway watched;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    watched =
        WatchedGateway.scored(
            data,
            action ->
                String.valueOf(action.input()).contains("volumeDelete")
                    ? Decision.DENY
                    : Decision.ALLOW);
    gateway = watched.gateway();
  }

  @AfterAll
  static void stop() throws Exception {
    watched.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aWrongTokenAMissingOneAndAnotherSchemeGet401AndAreCountedAndNothingIsKept() {
    double before = gateway.count("countermand.gateway.unauthorized");
    String body = GatewayFixture.report("never-kept", "");
    GatewayFixture.Reply wrong = gateway.post(GatewayFixture.ACTIONS, "wrong", JSON, utf8(body));
    GatewayFixture.Reply none = gateway.post(GatewayFixture.HOOKS, null, JSON, utf8(body));
    GatewayFixture.Reply basic =
        gateway.post(
            GatewayFixture.HOOKS,
            null,
            JSON,
            utf8(body),
            "Authorization",
            "Basic " + GatewayFixture.BUILDER);
    assertThat(List.of(wrong, none, basic))
        .allSatisfy(
            reply -> {
              assertThat(reply.status()).isEqualTo(401);
              assertThat(reply.code()).isEqualTo("UNAUTHORIZED");
              assertThat(reply.raw().headers().firstValue("WWW-Authenticate")).isPresent();
            });
    assertThat(gateway.count("countermand.gateway.unauthorized") - before).isEqualTo(3);
    gateway.action("marker-after-401");
    watched.deadLetter("JSON_UNREADABLE", "marker-after-401");
    assertThat(watched.deadLetters(1))
        .noneMatch(letter -> String.valueOf(letter.remains()).contains("never-kept"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"hook_event_name\":\"PreToolUse\" m1 | 400 | JSON_UNREADABLE | m1",
        "[\"m2\"] | 400 | NOT_AN_OBJECT | m2",
        "{\"hook_event_name\":\"BeforeTool\",\"m3\":1} | 400 | UNKNOWN_EVENT | m3",
        "{\"hook_event_name\":\"PreToolUse\",\"m4\":1} | 400 | FIELD_MISSING | m4",
        "{\"hook_event_name\":[\"m5\"]} | 400 | FIELD_WRONG_TYPE | m5"
      })
  void badHooksHaveACodeAndBecomeDeadLetters(String body, int status, String code, String marker) {
    GatewayFixture.Reply reply = gateway.hook(body);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(reply.body().at("/error/message").asText()).endsWith(".").doesNotContain(marker);
    DeadLetter letter = watched.deadLetter(code, marker);
    assertThat(letter.stage()).isEqualTo("gateway");
    assertThat(letter.source()).isEqualTo("builder");
    assertThat(letter.size()).isEqualTo(utf8(body).length);
  }

  @Test
  void invalidUtf8IsRefusedAndABrokenTokenInItIsStillRedacted() {
    String text = "{\"hook_event_name\":\"Stop\",\"m6\":\"" + TOKEN + "\"}";
    byte[] bytes = utf8(text);
    int middle = text.indexOf(TOKEN) + 20;
    byte[] broken = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, broken, 0, middle);
    broken[middle] = (byte) 0xFF;
    System.arraycopy(bytes, middle, broken, middle + 1, bytes.length - middle);
    GatewayFixture.Reply reply =
        gateway.post(GatewayFixture.HOOKS, GatewayFixture.BUILDER, JSON, broken);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("INVALID_UTF8");
    assertThat(watched.deadLetter("INVALID_UTF8", "m6").remains())
        .contains("[[secret:")
        .doesNotContain(TOKEN.substring(0, 20))
        .doesNotContain(TOKEN.substring(24));
  }

  @Test
  void moreThanOneMebibyteGets413AndItsBeginningIsKeptRedacted() {
    String body = "{\"m7\":\"" + TOKEN + " " + "x".repeat(1024 * 1024) + "\"}";
    GatewayFixture.Reply reply = gateway.hook(body);
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.code()).isEqualTo("BODY_TOO_LARGE");
    List<DeadLetter> letters = watched.deadLetters(1);
    assertThat(letters).anyMatch(letter -> letter.code().equals("BODY_TOO_LARGE"));
    assertThat(letters).noneMatch(letter -> String.valueOf(letter.remains()).contains(TOKEN));
  }

  @Test
  void ofMoreThanIsReadAtAllTheSizeIsRefusedBeforeTheTokenIsLookedAt() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", gateway.port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              utf8(
                  "POST /v1/actions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + (17 << 20)
                      + "\r\nConnection: close\r\n\r\n{"));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 413").contains("\"BODY_TOO_LARGE\"");
    }
  }

  @Test
  void exactlyOneMebibyteIsTaken() {
    String head = "{\"hook_event_name\":\"Stop\",\"session_id\":\"big\",\"text\":\"";
    String body = head + "y ".repeat((1024 * 1024 - head.length() - 2) / 2) + "\"}";
    assertThat(gateway.hook(body).status()).isEqualTo(200);
  }

  @Test
  void aDeepDocumentIsRefusedAndNotAStackOverflow() {
    String deep = "{\"hook_event_name\":\"Stop\",\"m\":" + "[".repeat(100_000);
    assertThat(gateway.hook(deep).code()).isEqualTo("JSON_TOO_DEEP");
  }

  @Test
  void aCompressedBodyIsNotOpened() {
    GatewayFixture.Reply reply =
        gateway.post(
            GatewayFixture.ACTIONS,
            GatewayFixture.BUILDER,
            JSON,
            new byte[] {1},
            "Content-Encoding",
            "gzip");
    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.code()).isEqualTo("ENCODING_NOT_ACCEPTED");
  }

  @Test
  void anotherContentTypeIsRefused() {
    GatewayFixture.Reply reply =
        gateway.post(
            GatewayFixture.ACTIONS,
            GatewayFixture.BUILDER,
            "text/plain",
            utf8(GatewayFixture.report("s", "")));
    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.code()).isEqualTo("CONTENT_TYPE_NOT_ACCEPTED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/hooks/other", "/v1/actions/1"})
  void anotherPathIs404InTheSameShape(String path) {
    GatewayFixture.Reply reply = gateway.post(path, GatewayFixture.BUILDER, JSON, utf8("{}"));
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.code()).isEqualTo("NOT_FOUND");
  }

  @Test
  void anotherMethodIs405InTheSameShape() {
    GatewayFixture.Reply reply = gateway.get(GatewayFixture.ACTIONS);
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.code()).isEqualTo("METHOD_NOT_ALLOWED");
  }

  @Test
  void anAttemptInOurOwnJsonGetsItsVerdict() {
    GatewayFixture.Reply allowed =
        gateway.action(
            GatewayFixture.report(
                "g1", ",\"id\":\"own-7\",\"ticket\":{\"n\":7,\"t\":\"" + TOKEN + "\"}"));
    assertThat(allowed.status()).isEqualTo(200);
    assertThat(allowed.body().path("decision").asText()).isEqualTo("allow");
    GatewayFixture.Reply denied =
        gateway.action(GatewayFixture.report("g1", "").replace("\"x\"", "\"volumeDelete\""));
    assertThat(denied.body().path("decision").asText()).isEqualTo("deny");
    assertThat(denied.body().path("by").asText()).isEqualTo("scoring");
    assertThat(denied.body().path("findings").get(0).asText())
        .isEqualTo(denied.body().path("id").asText() + ":scripted");
    Action action =
        watched.actions(2).stream()
            .filter(a -> a.id().equals(allowed.body().path("id").asText()))
            .findFirst()
            .orElseThrow();
    assertThat(String.valueOf(action.extra().at("countermand.source.event_id")))
        .isEqualTo("\"own-7\"");
    assertThat(String.valueOf(action.extra().at("countermand.source.fields.ticket.n")))
        .isEqualTo("7");
    assertThat(String.valueOf(action.extra().at("countermand.source.fields.ticket.t")))
        .contains("[[secret:");
    assertThat(action.url()).isEqualTo("https://api");
  }

  @Test
  void aResultIsRecordedAndAnsweredWithItsId() {
    GatewayFixture.Reply reply =
        gateway.action(
            GatewayFixture.report("g2", ",\"output\":{\"status\":200},\"outcome\":\"success\"")
                .replace("attempt", "result"));
    assertThat(reply.body().fieldNames()).toIterable().containsExactly("id");
    assertThat(watched.actions(1))
        .anyMatch(
            action ->
                action.id().equals(reply.body().path("id").asText())
                    && action.phase() == Phase.RESULT);
  }

  @Test
  void ofManyLinesTheGoodOnesGoOnAndEachBadOneIsNamed() throws Exception {
    String body =
        GatewayFixture.report("n", "")
            + "\n\n{\"m8\":"
            + "\n"
            + GatewayFixture.report("n", "").replace("\"x\"", "\"volumeDelete\"")
            + "\n"
            + GatewayFixture.report("n", "").replace("attempt", "notice")
            + "\n";
    GatewayFixture.Reply reply =
        gateway.post(
            GatewayFixture.ACTIONS, GatewayFixture.BUILDER, "application/x-ndjson", utf8(body));
    assertThat(reply.status()).isEqualTo(200);
    List<String> lines = reply.raw().body().lines().toList();
    assertThat(lines).hasSize(4);
    JsonNode first = Json.mapper().readTree(lines.get(0));
    JsonNode second = Json.mapper().readTree(lines.get(1));
    JsonNode third = Json.mapper().readTree(lines.get(2));
    JsonNode fourth = Json.mapper().readTree(lines.get(3));
    assertThat(first.path("line").asInt()).isEqualTo(1);
    assertThat(first.path("decision").asText()).isEqualTo("allow");
    assertThat(second.path("line").asInt()).isEqualTo(3);
    assertThat(second.at("/error/code").asText()).isEqualTo("JSON_UNREADABLE");
    assertThat(third.path("decision").asText()).isEqualTo("deny");
    assertThat(fourth.has("decision")).isFalse();
    assertThat(fourth.path("id").asText()).isNotEmpty();
    watched.deadLetter("JSON_UNREADABLE", "m8");
  }

  @Test
  void aPermissionRequestAfterADecidedAttemptIsNotASecondAttempt() {
    String pre =
        GatewayFixture.preToolUse(
            "Bash", Json.mapper().createObjectNode().put("command", "perm volumeDelete"));
    assertThat(gateway.hook(pre).permission()).isEqualTo("deny");
    String request =
        pre.replace("PreToolUse", "PermissionRequest").replace(",\"tool_use_id\":\"toolu_1\"", "");
    GatewayFixture.Reply reply = gateway.hook(request);
    assertThat(reply.body().at("/hookSpecificOutput/decision/behavior").asText()).isEqualTo("deny");
    assertThat(watched.actions(2))
        .filteredOn(action -> "perm volumeDelete".equals(action.command()))
        .extracting(Action::phase)
        .containsExactly(Phase.ATTEMPT, Phase.NOTICE);
    assertThat(gateway.hook(request).body().at("/hookSpecificOutput/decision/behavior").asText())
        .isEqualTo("deny");
    assertThat(watched.actions(3))
        .filteredOn(action -> "perm volumeDelete".equals(action.command()))
        .hasSize(3)
        .last()
        .matches(action -> action.phase() == Phase.ATTEMPT);
  }

  @Test
  void noSecretReachesATopic() {
    gateway.attempt("curl -H 'Authorization: Bearer " + TOKEN + "' https://api");
    gateway.hook("{\"hook_event_name\":\"Nope\",\"secret\":\"" + TOKEN + "\"}");
    gateway.action(GatewayFixture.report("s", ",\"id\":\"" + TOKEN + "\""));
    gateway.action("{\"token\": \"" + TOKEN);
    watched.deadLetter("UNKNOWN_EVENT", "secret");
    watched.deadLetter("JSON_UNREADABLE", "token");
    watched.nothingOnATopicHolds(TOKEN);
  }

  @Test
  void healthAndMetricsTellHowItIs() {
    GatewayFixture.Reply health = gateway.get("/health");
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.body().path("status").asText()).isEqualTo("ok");
    assertThat(health.body().path("kafka").asText()).isEqualTo("up");
    assertThat(health.body().at("/spool/records").asInt()).isZero();
    assertThat(health.body().at("/views/containment_state").asBoolean()).isTrue();
    gateway.attempt("ls");
    assertThat(gateway.get("/metrics").raw().body())
        .contains("countermand_gateway_round_trip_seconds_bucket")
        .contains("countermand_gateway_verdicts_total{")
        .contains("by=\"scoring\"")
        .contains("countermand_spool_bytes");
  }
}
