package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.AuditEvent;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TasksApiTest {
  private static final String TASKS = "/v1/tasks";

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

  private static String task(String agent, String more) {
    return """
        {"agent":"%s","purpose":"tidy up","environments":["staging"],"resources":["file:build/*"],
         "verbs":["read","delete"]%s}"""
        .formatted(agent, more);
  }

  private static GatewayFixture.Reply open(String agent, String more) {
    return gateway.operate("POST", TASKS, GatewayFixture.OPERATOR, task(agent, more));
  }

  private static List<AuditEvent> audit(String agent) {
    return watched.written(watched.topics().audit(), AuditEvent.CODEC, agent);
  }

  private static List<Task> tasks(String agent) {
    return watched.written(watched.topics().tasks(), Task.CODEC, agent);
  }

  @Test
  void anOperatorOpensReplacesAndClosesATaskAndEachIsAudited() {
    assertThat(open("audited", ",\"seconds\":60").status()).isEqualTo(200);
    Awaitility.await()
        .until(
            () ->
                gateway.operate("GET", TASKS + "/audited", GatewayFixture.OPERATOR, "").status()
                    == 200);
    assertThat(open("audited", "").status()).isEqualTo(200);
    Awaitility.await()
        .until(
            () ->
                gateway
                    .operate("GET", TASKS + "/audited", GatewayFixture.OPERATOR, "")
                    .body()
                    .at("/countermand/task/until")
                    .isMissingNode());
    GatewayFixture.Reply closed =
        gateway.operate("DELETE", TASKS + "/audited", GatewayFixture.OPERATOR, "");

    assertThat(closed.body().at("/countermand/task/status").asText()).isEqualTo("closed");
    List<Task> written = tasks("audited");
    assertThat(written).hasSize(3);
    assertThat(written.get(0).until()).isEqualTo(written.get(0).from().plusSeconds(60));
    assertThat(written.get(2).status()).isEqualTo(TaskStatus.CLOSED);
    assertThat(audit("audited"))
        .extracting(AuditEvent::operation, AuditEvent::actor, AuditEvent::via)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("task-open", "alice", "api"),
            org.assertj.core.groups.Tuple.tuple("task-open", "alice", "api"),
            org.assertj.core.groups.Tuple.tuple("task-close", "alice", "api"));
    assertThat(audit("audited").get(0).before()).isNull();
    assertThat(audit("audited").get(1).before()).startsWith(written.get(0).id());
    assertThat(audit("audited").get(2).after()).isNull();
  }

  @Test
  void aSecretInAPurposeIsInNoAnswerAndOnNoTopic() {
    String pasted = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
    GatewayFixture.Reply opened =
        gateway.operate(
            "POST",
            TASKS,
            GatewayFixture.OPERATOR,
            "{\"agent\":\"told\",\"purpose\":\"tidy up with " + pasted + "\"}");

    assertThat(opened.status()).isEqualTo(200);
    assertThat(opened.raw().body()).doesNotContain(pasted);
    assertThat(tasks("told"))
        .singleElement()
        .satisfies(
            task ->
                assertThat(task.purpose())
                    .startsWith("tidy up with [[secret:github-pat:")
                    .doesNotContain(pasted));
    assertThat(audit("told"))
        .singleElement()
        .satisfies(event -> assertThat(event.toString()).doesNotContain(pasted));
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "environments", "resources"})
  void aSecretWhereATextIsComparedIsRefusedAndOnNoTopic(String field) {
    String pasted = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
    String value = field.equals("session") ? "\"%s\"" : "[\"x\",\"secret:%s\"]";
    GatewayFixture.Reply refused =
        gateway.operate(
            "POST",
            TASKS,
            GatewayFixture.OPERATOR,
            "{\"agent\":\"compared\",\"purpose\":\"x\",\"%s\":%s}"
                .formatted(field, value.formatted(pasted)));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("TEXT_HOLDS_SECRET");
    assertThat(refused.raw().body()).contains(field).doesNotContain(pasted);
    assertThat(tasks("compared")).isEmpty();
    assertThat(audit("compared")).isEmpty();
  }

  @Test
  void aTaskCanBeGivenToOneSession() {
    assertThat(open("sessions", ",\"session\":\"s-7\"").status()).isEqualTo(200);
    assertThat(tasks("sessions")).extracting(Task::sessionId).containsExactly("s-7");
  }

  @Test
  void aTaskCanHaveAProfileOfItsOwn() {
    assertThat(open("profiled", ",\"profile\":\"refactoring\"").status()).isEqualTo(200);
    assertThat(tasks("profiled")).extracting(Task::profile).containsExactly("refactoring");
  }

  @Test
  void anAgentsTokenGrantsNothing() {
    GatewayFixture.Reply reply =
        gateway.operate("POST", TASKS, GatewayFixture.BUILDER, task("greedy", ""));

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.code()).isEqualTo("OPERATOR_REQUIRED");
    assertThat(gateway.operate("POST", TASKS, GatewayFixture.FLEET, task("greedy", "")).status())
        .isEqualTo(403);
    assertThat(gateway.operate("POST", TASKS, "no-such-token", task("greedy", "")).status())
        .isEqualTo(401);
    assertThat(gateway.operate("POST", TASKS, null, task("greedy", "")).status()).isEqualTo(401);
    assertThat(tasks("greedy")).isEmpty();
    assertThat(audit("greedy")).isEmpty();
  }

  @Test
  void anOperatorsTokenReportsNothing() {
    GatewayFixture.Reply reply =
        gateway.post(
            GatewayFixture.ACTIONS,
            GatewayFixture.OPERATOR,
            "application/json",
            "{\"session\":\"s\",\"phase\":\"notice\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(reply.status()).isEqualTo(401);
  }

  @Test
  void theBodyCannotSayWhoApproves() {
    assertThat(open("forged", ",\"approved_by\":\"the board\"").code()).isEqualTo("FIELD_UNKNOWN");
    assertThat(tasks("forged")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | FIELD_MISSING",
        "[] | NOT_AN_OBJECT",
        "{\"agent\":\"a b\",\"purpose\":\"x\"} | AGENT_INVALID",
        "{\"agent\":\"a\"} | FIELD_MISSING",
        "{\"agent\":\"a\",\"purpose\":\" \"} | TEXT_EMPTY",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"verbs\":[\"fly\"]} | FIELD_WRONG_TYPE",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"verbs\":\"read\"} | FIELD_WRONG_TYPE",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"resources\":[1]} | FIELD_WRONG_TYPE",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"seconds\":0} | FIELD_WRONG_TYPE",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"seconds\":1e99} | FIELD_WRONG_TYPE",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"profile\":\"A/B\"} | FIELD_WRONG_TYPE",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"profile\":7} | FIELD_WRONG_TYPE",
        "{\"agent\":\"a\",\"purpose\":\"x\",\"credentials\":[\"nobody\"]} | CREDENTIAL_UNKNOWN",
      })
  void aBadTaskIsRefusedAndNothingIsWritten(String body, String code) {
    GatewayFixture.Reply reply = gateway.operate("POST", TASKS, GatewayFixture.OPERATOR, body);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(tasks("a")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void anotherMethodIsRefused(String method) {
    assertThat(gateway.operate(method, TASKS, GatewayFixture.OPERATOR, "{}").status())
        .isEqualTo(405);
  }

  @Test
  void aTaskOfNobodyIsNotFound() {
    assertThat(gateway.operate("GET", TASKS + "/nobody", GatewayFixture.OPERATOR, "").code())
        .isEqualTo("TASK_UNKNOWN");
    assertThat(gateway.operate("DELETE", TASKS + "/nobody", GatewayFixture.OPERATOR, "").code())
        .isEqualTo("TASK_UNKNOWN");
  }

  @Test
  void whereASessionStartsTheTaskOfTheProfileIsOpenedOnce() {
    String start =
        "{\"session_id\":\"s-1\",\"hook_event_name\":\"SessionStart\",\"source\":\"startup\"}";
    String[] agent = {"X-Countermand-Agent", GatewayFixture.NEWCOMER};
    for (int i = 0; i < 2; i++) {
      gateway.post(
          GatewayFixture.HOOKS,
          GatewayFixture.FLEET,
          "application/json",
          start.getBytes(StandardCharsets.UTF_8),
          agent);
      Awaitility.await()
          .until(
              () ->
                  gateway
                          .operate(
                              "GET",
                              TASKS + "/" + GatewayFixture.NEWCOMER,
                              GatewayFixture.OPERATOR,
                              "")
                          .status()
                      == 200);
    }

    assertThat(tasks(GatewayFixture.NEWCOMER))
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.approvedBy()).isEqualTo("profile newcomer");
              assertThat(task.until()).isEqualTo(task.from().plusSeconds(3_600));
              assertThat(task.purpose()).isEqualTo("look around");
              assertThat(task.profile()).isEqualTo("newcomer");
            });
    assertThat(audit(GatewayFixture.NEWCOMER))
        .extracting(AuditEvent::via)
        .containsExactly("session-start");
  }

  @Test
  void whereASessionOfAnotherAgentStartsNothingIsOpened() {
    gateway.hook(
        "{\"session_id\":\"s-1\",\"hook_event_name\":\"SessionStart\",\"source\":\"startup\"}");

    assertThat(tasks(GatewayFixture.AGENT)).isEmpty();
  }
}
