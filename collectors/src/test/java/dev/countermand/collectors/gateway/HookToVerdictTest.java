package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.Decision;
import dev.countermand.model.Phase;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookToVerdictTest {
  @TempDir Path data;
  private KafkaSettings kafka;
  private KafkaProbe probe;
  private ScriptedScorer scorer;
  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    probe = new KafkaProbe(TestServers.kafka());
    scorer = ScriptedScorer.start(kafka, HookToVerdictTest::script);
    gateway = GatewayFixture.start(kafka, data);
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    scorer.close();
    probe.close();
  }

  private static Decision script(Action action) {
    String text = String.valueOf(action.input());
    return text.contains("volumeDelete")
        ? Decision.DENY
        : text.contains("deploy") ? Decision.ASK : Decision.ALLOW;
  }

  @Test
  void anAttemptIsOnKafkaAndAnsweredWithTheScorersVerdict() {
    GatewayFixture.Reply reply = gateway.attempt("curl api -d volumeDelete");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.permission()).isEqualTo("deny");
    assertThat(reply.body().at("/hookSpecificOutput/hookEventName").asText())
        .isEqualTo("PreToolUse");
    assertThat(reply.body().at("/hookSpecificOutput/permissionDecisionReason").asText())
        .isEqualTo("the script says deny");
    List<Action> actions = GatewayFixture.actions(probe, kafka, 1);
    assertThat(actions).hasSize(1);
    Action action = actions.get(0);
    assertThat(action.phase()).isEqualTo(Phase.ATTEMPT);
    assertThat(action.kind()).isEqualTo(ActionKind.SHELL);
    assertThat(action.command()).isEqualTo("curl api -d volumeDelete");
    assertThat(action.agentId()).isEqualTo(GatewayFixture.AGENT);
    assertThat(action.agentKind()).as("from the configuration").isEqualTo("claude-code");
    assertThat(action.sessionId()).isEqualTo("s-1");
    assertThat(action.callId()).isEqualTo("toolu_1");
    assertThat(action.workingDirectory()).isEqualTo("/work");
    assertThat(action.environment()).isEqualTo("staging");
    assertThat(action.redaction()).isEqualTo("complete");
    assertThat(gateway.count("countermand.gateway.verdicts", "by", "scoring", "decision", "deny"))
        .isEqualTo(1);
  }

  @Test
  void allowIsAnEmptyObjectSoThatTheUsersOwnPromptsStay() {
    assertThat(gateway.attempt("ls").raw().body()).isEqualTo("{}");
  }

  @Test
  void askIsPassedOn() {
    assertThat(gateway.attempt("deploy").permission()).isEqualTo("ask");
  }
}
