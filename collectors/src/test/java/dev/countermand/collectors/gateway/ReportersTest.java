package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Decision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For which agents a source may speak, and what agents may be called. */
final class ReportersTest {
  private static final String GITHUB = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String JSON = "application/json";

  private static WatchedGateway watched;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    watched = WatchedGateway.scored(data, action -> Decision.ALLOW);
    gateway = watched.gateway();
  }

  @AfterAll
  static void stop() throws Exception {
    watched.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A hook that names its agent in the header. */
  private static GatewayFixture.Reply stopped(String token, String agent) {
    return gateway.post(
        GatewayFixture.HOOKS,
        token,
        JSON,
        utf8("{\"hook_event_name\":\"Stop\"}"),
        "X-Countermand-Agent",
        agent);
  }

  @Test
  void whatAnAgentSaysOfItselfIsNotItsKind() {
    String claims =
        ",\"agent\":{\"id\":\"claimer\",\"name\":\"codex\",\"kind\":\"codex\"},\"agent_kind\":\"codex\","
            + "\"countermand\":{\"agent\":{\"kind\":\"codex\"}}";
    GatewayFixture.Reply reply =
        gateway.post(
            GatewayFixture.ACTIONS,
            GatewayFixture.FLEET,
            JSON,
            utf8(GatewayFixture.report("g9", claims)));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(watched.actions(1))
        .filteredOn(action -> action.agentId().equals("claimer"))
        .singleElement()
        .satisfies(
            action -> {
              assertThat(action.agentName()).isEqualTo("codex");
              assertThat(action.agentKind()).isNull();
            });
  }

  @Test
  void aSecretInTheNameOfAnAgentIsRedacted() {
    String named = ",\"agent\":{\"id\":\"named\",\"name\":\"bot " + GITHUB + "\"}";
    assertThat(
            gateway
                .post(
                    GatewayFixture.ACTIONS,
                    GatewayFixture.FLEET,
                    JSON,
                    utf8(GatewayFixture.report("n", named)))
                .status())
        .isEqualTo(200);
    assertThat(watched.actions(1))
        .filteredOn(action -> action.agentId().equals("named"))
        .singleElement()
        .satisfies(action -> assertThat(action.agentName()).startsWith("bot [[secret:github-pat:"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "team/%s", "https://ci:%s@host/a"})
  void anIdOfAnAgentThatHoldsASecretIsRefusedAndStandsNowhere(String form) {
    String agent = form.formatted(GITHUB);
    GatewayFixture.Reply action =
        gateway.post(
            GatewayFixture.ACTIONS,
            GatewayFixture.FLEET,
            JSON,
            utf8(GatewayFixture.report("n", ",\"agent\":{\"id\":\"" + agent + "\"}")));
    GatewayFixture.Reply hook = stopped(GatewayFixture.FLEET, agent);

    for (GatewayFixture.Reply reply : List.of(action, hook)) {
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.code()).isEqualTo("AGENT_HOLDS_SECRET");
      assertThat(reply.raw().body()).doesNotContain(GITHUB);
    }
    watched.deadLetter("AGENT_HOLDS_SECRET", "agent");
    watched.nothingOnATopicHolds(GITHUB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3f2b8c1e-77aa-4d0e-9a51-0c6f1b2d3e4f",
        "9e107d9d372bb6826bd81d3542a419d6e8f1c2ab",
        "01JD3Z5Q8K7M2N4P6R8T0V2X4Y",
        "spiffe://prod.example/ns/ci/sa/token-rotator",
        "arn:aws:sts::123456789012:assumed-role/ci/secret-scanner"
      })
  void anOrdinaryIdOfAnAgentHoldsNoSecret(String agent) {
    assertThat(stopped(GatewayFixture.FLEET, agent).status()).isEqualTo(200);
  }

  @Test
  void aSourceOfOneAgentMaySpeakForNoOther() {
    GatewayFixture.Reply other =
        gateway.action(GatewayFixture.report("s", ",\"agent\":{\"id\":\"agent-2\"}"));
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.code()).isEqualTo("SOURCE_NOT_THIS_AGENT");
    assertThat(
            gateway.action(GatewayFixture.report("s", ",\"agent\":{\"id\":\"agent-1\"}")).status())
        .isEqualTo(200);
    GatewayFixture.Reply hook = stopped(GatewayFixture.BUILDER, "agent-2");
    assertThat(hook.status()).isEqualTo(403);
  }

  @Test
  void aSourceOfManyAgentsMustNameOne() {
    byte[] stop = utf8("{\"hook_event_name\":\"Stop\"}");
    assertThat(gateway.post(GatewayFixture.HOOKS, GatewayFixture.FLEET, JSON, stop).code())
        .isEqualTo("AGENT_REQUIRED");
    assertThat(stopped(GatewayFixture.FLEET, "a b").code()).isEqualTo("AGENT_INVALID");
    assertThat(stopped(GatewayFixture.FLEET, "team/agent:9@x").status()).isEqualTo(200);
  }
}
