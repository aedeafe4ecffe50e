package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Approval;
import dev.countermand.model.Decision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApprovalsApiTest {
  private static final String APPROVALS = "/v1/approvals";

  private static WatchedGateway watched;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    watched = WatchedGateway.start(data);
    gateway = watched.gateway();
  }

  @AfterAll
  static void stop() throws Exception {
    watched.close();
  }

  @ParameterizedTest
  @CsvSource({"approve,ALLOW", "deny,DENY"})
  void anOperatorsAnswerIsOnKafkaInTheOperatorsName(String answer, Decision decision) {
    String agent = "agent-" + answer;
    GatewayFixture.Reply reply =
        gateway.operate(
            "POST",
            APPROVALS,
            GatewayFixture.OPERATOR,
            """
            {"agent":"%s","order":"o-1:revoke","answer":"%s","reason":"I looked"}"""
                .formatted(agent, answer));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(approvals(agent))
        .singleElement()
        .satisfies(
            approval -> {
              assertThat(approval.decision()).isEqualTo(decision);
              assertThat(approval.by()).isEqualTo("alice");
              assertThat(approval.orderId()).isEqualTo("o-1:revoke");
              assertThat(approval.reason()).isEqualTo("I looked");
            });
  }

  @Test
  void aTokenThatIsTypedAsAReasonIsInNoAnswerAndOnNoTopic() {
    String token = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
    GatewayFixture.Reply reply =
        gateway.operate(
            "POST",
            APPROVALS,
            GatewayFixture.OPERATOR,
            """
            {"agent":"pasted","order":"o-2","answer":"deny","reason":"it used %s again"}"""
                .formatted(token));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.raw().body()).doesNotContain(token);
    assertThat(approvals("pasted"))
        .singleElement()
        .satisfies(
            approval ->
                assertThat(approval.reason())
                    .matches("it used \\[\\[secret:github-pat:[^\\]]+]] again"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"agent\":\"a\",\"order\":\"o\",\"answer\":\"maybe\",\"reason\":\"x\"}|400",
        "{\"agent\":\"a\",\"order\":\"o\",\"answer\":\"approve\"}|400",
        "{\"agent\":\"a\",\"order\":\"o\",\"answer\":\"approve\",\"reason\":\" \"}|400",
        "{\"agent\":\"a\",\"order\":\"o\",\"answer\":\"approve\",\"reason\":\"x\",\"by\":\"eve\"}|400",
        "no json|400",
      })
  void whatIsNoAnswerIsRefusedAndNothingIsWritten(String body, int status) {
    assertThat(gateway.operate("POST", APPROVALS, GatewayFixture.OPERATOR, body).status())
        .isEqualTo(status);
    assertThat(approvals("a")).isEmpty();
  }

  @Test
  void theTokenOfASourceWhichAnAgentMayHoldApprovesNothing() {
    String body = "{\"agent\":\"mine\",\"order\":\"o\",\"answer\":\"approve\",\"reason\":\"x\"}";
    assertThat(gateway.operate("POST", APPROVALS, GatewayFixture.BUILDER, body).status())
        .isEqualTo(403);
    assertThat(gateway.operate("POST", APPROVALS, "wrong", body).status()).isEqualTo(401);
    assertThat(approvals("mine")).isEmpty();
  }

  private static List<Approval> approvals(String agent) {
    return watched.written(watched.topics().approvals(), Approval.CODEC, agent);
  }
}
