package dev.countermand.policies;

import static dev.countermand.policies.Requests.GIVEN;
import static dev.countermand.policies.Requests.task;
import static dev.countermand.policies.Requests.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.SecretRef;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An Open Policy Agent that is slow, broken or hostile. */
@Timeout(60)
final class DifficultOpaTest {
  private static final GrantPolicy FALLBACK = request -> new GrantDecision(true, "fallback");
  private static final Duration DEADLINE = Duration.ofMillis(300);
  private static final Duration PATIENT = Duration.ofSeconds(10);
  private static final Duration FOREVER = Duration.ofDays(1);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private FakeOpa opa;

  @BeforeEach
  void start() throws IOException {
    opa = new FakeOpa();
  }

  @AfterEach
  void stop() throws IOException {
    opa.close();
  }

  @Test
  void itIsAskedWithTheWholeQuestionAndTheToken(@TempDir Path directory) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "some-token\n");
    opa.says("200 OK", "{\"result\":true}");
    OpaServer server =
        new OpaServer(
            opa.url().resolve("/opa/"),
            "countermand/allow",
            new SecretRef(token, null),
            PATIENT,
            1,
            FOREVER);

    assertThat(new OpaPolicy(server, FALLBACK, meters).decide(use(task(), GIVEN)))
        .isEqualTo(new GrantDecision(true, "OPA countermand/allow allows it"));

    assertThat(opa.requests())
        .singleElement()
        .asString()
        .startsWith("POST /opa/v1/data/countermand/allow HTTP/1.1\r\n")
        .containsIgnoringCase("authorization: Bearer some-token\r\n")
        .containsIgnoringCase("content-type: application/json\r\n")
        .endsWith(
            "{\"input\":{\"principal\":\"agent\",\"action\":\"use-credential\",\"resource\":"
                + "{\"kind\":\"Credential\",\"fingerprint\":\"11111111111111111111111111111111\","
                + "\"registered\":false,\"environment\":\"unknown\"},\"context\":"
                + "{\"action\":\"use-credential\",\"time\":\"2026-11-21T12:00:00Z\","
                + "\"timeMillis\":1795262400000,\"hasTask\":true,\"task\":{\"id\":\"task-1\","
                + "\"purpose\":\"tidy up\",\"environments\":[\"local\",\"staging\"],"
                + "\"resources\":[\"file:build/*\",\"volume:scratch-*\"],"
                + "\"verbs\":[\"delete\",\"read\"],"
                + "\"credentials\":[\"11111111111111111111111111111111\"],\"matched\":[]}}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200 OK | {\"result\":\"true\"} | error",
        "200 OK | {\"result\":1} | error",
        "200 OK | {\"result\":null} | error",
        "200 OK | {\"result\":[true]} | error",
        "200 OK | {\"result\":{}} | error",
        "200 OK | {\"result\":{\"allow\":\"true\",\"reason\":\"x\"}} | error",
        "200 OK | {\"result\":{\"allow\":null}} | error",
        "200 OK | {\"result\":{\"allowed\":true}} | error",
        "200 OK | {\"result\":false,\"result\":false} | error",
        "200 OK | {\"result\":false} trailing | error",
        "200 OK | <html>not OPA</html> | error",
        "200 OK | `` | undefined",
        "200 OK | {} | undefined",
        "200 OK | [] | undefined",
        "201 Created | {\"result\":false} | error",
        "302 Found | {\"result\":false} | error",
        "400 Bad Request | {\"result\":false} | error",
        "401 Unauthorized | {\"result\":false} | error",
        "500 Internal Server Error | {\"code\":\"internal_error\"} | error",
      })
  void anAnswerThatIsNoDecisionIsLeftToTheFallback(String status, String body, String outcome) {
    opa.says(status, body);
    OpaPolicy policy = policy(PATIENT, 1, FOREVER);

    for (int i = 0; i < 3; i++) {
      GrantDecision decision = policy.decide(use(task(), GIVEN));
      assertThat(decision.permitted()).isTrue();
      assertThat(decision.because()).startsWith("OPA did not decide (").endsWith("): fallback");
    }

    assertThat(count("countermand.policy.requests", "outcome", outcome)).isEqualTo(3);
    assertThat(count("countermand.policy.fallbacks")).isEqualTo(3);
    assertThat(count("countermand.policy.pauses")).as("it answers, so it is asked").isZero();
    assertThat(opa.requests()).hasSize(3);
  }

  @Test
  void aRedirectIsNotFollowed() {
    opa.does(
        out ->
            FakeOpa.write(
                out,
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: /v1/data/other\r\n"
                    + "Content-Length: 0\r\nConnection: close\r\n\r\n"));

    assertThat(policy(PATIENT, 5, FOREVER).decide(use(task(), GIVEN)).because())
        .isEqualTo("OPA did not decide (status 307): fallback");
    assertThat(opa.requests()).hasSize(1);
  }

  @Test
  void aReasonOfThePolicyIsOneShortLine() {
    String reason = "no\\n\\u001b[31mproduction " + "x".repeat(10_000);
    opa.says("200 OK", "{\"result\":{\"allow\":false,\"reason\":\"" + reason + "\"}}");

    GrantDecision decision = policy(PATIENT, 5, FOREVER).decide(use(task(), GIVEN));

    assertThat(decision.permitted()).isFalse();
    assertThat(decision.because())
        .startsWith("OPA countermand/allow denies it: no  [31mproduction xxx")
        .hasSizeLessThanOrEqualTo(300)
        .hasLineCount(1);
  }

  @Test
  void aReasonThatIsNoTextIsLeftOut() {
    opa.says("200 OK", "{\"result\":{\"allow\":true,\"reason\":{\"a\":1}}}");

    assertThat(policy(PATIENT, 5, FOREVER).decide(use(task(), GIVEN)))
        .isEqualTo(new GrantDecision(true, "OPA countermand/allow allows it"));
  }

  @Test
  void aServerThatStallsCostsTheDeadlineAndThenNothing() {
    opa.does(FakeOpa::stall);
    OpaPolicy policy = policy(DEADLINE, 3, FOREVER);

    for (int i = 0; i < 200; i++) {
      assertThat(policy.decide(use(task(), GIVEN)).permitted()).isTrue();
    }

    assertThat(count("countermand.policy.requests", "outcome", "timeout")).isEqualTo(3);
    assertThat(count("countermand.policy.requests", "outcome", "skipped")).isEqualTo(197);
    assertThat(count("countermand.policy.fallbacks")).isEqualTo(200);
    assertThat(count("countermand.policy.pauses")).isEqualTo(1);
    assertThat(opa.requests()).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void aStalledAnswerSaysSoAndASkippedOneToo() {
    opa.does(FakeOpa::stall);
    OpaPolicy policy = policy(DEADLINE, 1, FOREVER);

    assertThat(policy.decide(use(task(), GIVEN)).because())
        .isEqualTo("OPA did not decide (no answer within 300 ms): fallback");
    assertThat(policy.decide(use(task(), GIVEN)).because())
        .isEqualTo("OPA did not decide (it is not asked for a while): fallback");
  }

  @Test
  void aHeadWithoutABodyIsNoAnswer() {
    opa.does(
        out -> {
          FakeOpa.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"result\":");
          FakeOpa.stall(out);
        });

    assertThat(policy(DEADLINE, 1, FOREVER).decide(use(task(), GIVEN)).because())
        .isEqualTo("OPA did not decide (no answer within 300 ms): fallback");
    assertThat(count("countermand.policy.requests", "outcome", "timeout")).isEqualTo(1);
  }

  @Test
  void anEndlessBodyIsGivenUp() {
    opa.does(
        out -> {
          FakeOpa.write(out, "HTTP/1.1 200 OK\r\n\r\n{\"result\":true,\"more\":\"");
          String part = "x".repeat(64 * 1024);
          while (true) {
            FakeOpa.write(out, part);
          }
        });

    assertThat(policy(PATIENT, 1, FOREVER).decide(use(task(), GIVEN)).because())
        .startsWith("OPA did not decide (no answer: ")
        .endsWith("): fallback");
    assertThat(count("countermand.policy.requests", "outcome", "error")).isEqualTo(1);
    assertThat(count("countermand.policy.pauses")).isEqualTo(1);
  }

  @Test
  void whatIsNotHttpIsNoAnswer() {
    opa.does(out -> FakeOpa.write(out, "SSH-2.0-OpenSSH_9.2\r\n\r\n"));

    assertThat(policy(PATIENT, 5, FOREVER).decide(use(task(), GIVEN)).because())
        .startsWith("OPA did not decide (no answer: ")
        .endsWith("): fallback");
  }

  @Test
  void nobodyThereIsNoAnswer() throws IOException {
    opa.close();
    OpaPolicy policy = policy(PATIENT, 2, FOREVER);

    for (int i = 0; i < 5; i++) {
      assertThat(policy.decide(use(task(), GIVEN)).permitted()).isTrue();
    }

    assertThat(count("countermand.policy.requests", "outcome", "error")).isEqualTo(2);
    assertThat(count("countermand.policy.requests", "outcome", "skipped")).isEqualTo(3);
    assertThat(policy.check()).isFalse();
  }

  @Test
  void aServerThatAnswersAgainIsAskedAgainAfterThePause() {
    opa.does(FakeOpa::stall);
    OpaPolicy policy = policy(Duration.ofSeconds(2), 1, Duration.ofMillis(50));
    assertThat(policy.decide(use(task(), GIVEN)).because()).contains("no answer within");

    opa.says("200 OK", "{\"result\":false}");

    Awaitility.await().until(() -> !policy.decide(use(task(), GIVEN)).permitted());
    double skipped = count("countermand.policy.requests", "outcome", "skipped");
    assertThat(policy.decide(use(task(), GIVEN)).permitted()).isFalse();
    assertThat(count("countermand.policy.requests", "outcome", "skipped")).isEqualTo(skipped);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://opa.example:8181",
        "https://user:secret@opa.example",
        "https://opa.example/?token=secret",
        "https://opa.example/#part",
        "ftp://localhost",
        "opa"
      })
  void anAddressThatOthersCouldReadIsRefused(String address) {
    assertThat(problem(() -> OpaServer.at(URI.create(address), "countermand/allow")))
        .hasMessageContaining("address of OPA")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/allow", "allow/", "a//b", "a b", "a?b", "a/../b", "a%2fb", "é"})
  void aPathThatIsNoneIsRefused(String path) {
    assertThat(problem(() -> OpaServer.at(opa.url(), path)))
        .hasMessageContaining("path of OPA's decision");
  }

  @Test
  void aTimeOrNumberThatIsNoneIsRefused() {
    OpaServer server = OpaServer.at(opa.url(), "allow");

    assertThat(problem(() -> server.withDeadline(Duration.ZERO))).hasMessageContaining("deadline");
    assertThat(problem(() -> server.withCircuit(1, Duration.ZERO))).hasMessageContaining("pause");
    assertThat(problem(() -> server.withCircuit(0, FOREVER))).hasMessageContaining("failure");
  }

  @Test
  void aTokenThatCannotBeReadStopsTheStart(@TempDir Path directory) {
    OpaServer server =
        OpaServer.at(opa.url(), "allow")
            .withToken(new SecretRef(directory.resolve("missing"), null));

    CountermandException problem =
        catchThrowableOfType(
            CountermandException.class, () -> new OpaPolicy(server, FALLBACK, meters));

    assertThat(problem.code()).isEqualTo("SECRET_UNREADABLE");
  }

  private static CountermandException problem(ThrowingCallable call) {
    CountermandException problem = catchThrowableOfType(CountermandException.class, call);
    assertThat(problem.code()).isEqualTo("POLICY_INVALID");
    return problem;
  }

  private OpaPolicy policy(Duration deadline, int failures, Duration pause) {
    OpaServer server =
        OpaServer.at(opa.url(), "countermand/allow")
            .withDeadline(deadline)
            .withCircuit(failures, pause);
    return new OpaPolicy(server, FALLBACK, meters);
  }

  private double count(String name, String... tags) {
    return meters.get(name).tags(tags).counter().count();
  }
}
