package dev.countermand.policies;

import static dev.countermand.policies.Requests.GIVEN;
import static dev.countermand.policies.Requests.OTHER;
import static dev.countermand.policies.Requests.task;
import static dev.countermand.policies.Requests.use;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.runtime.config.SecretRef;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Open Policy Agent, named by {@code COUNTERMAND_PEERS_OPA}. */
@Timeout(120)
@EnabledIfEnvironmentVariable(
    named = OpaProcess.VARIABLE,
    matches = ".+",
    disabledReason = "skipped: COUNTERMAND_PEERS_OPA names no Open Policy Agent")
final class OpaPolicyTest extends GrantPolicyContract {
  private static final Path EXAMPLE = Path.of("examples", "task.rego");
  private static final Duration PATIENT = Duration.ofSeconds(10);
  private static final GrantPolicy FALLBACK = request -> new GrantDecision(false, "fallback");

  private static OpaProcess opa;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final OpaPolicy policy = asked("countermand/task/decision");
  private double expectedFallbacks;

  @BeforeAll
  static void start() throws IOException {
    opa = new OpaProcess(List.of(EXAMPLE));
  }

  @AfterAll
  static void stop() {
    opa.close();
  }

  /** The contract's answers would otherwise be those of the fallback. */
  @AfterEach
  void opaItselfDecided() {
    assertThat(count("countermand.policy.fallbacks")).isEqualTo(expectedFallbacks);
  }

  @Override
  GrantPolicy policy() {
    return policy;
  }

  @Test
  void theReasonIsTheOneOfThePolicy() {
    assertThat(policy.decide(use(task(), GIVEN)))
        .isEqualTo(
            new GrantDecision(
                true, "OPA countermand/task/decision allows it: the open task grants it"));
    assertThat(policy.decide(use(task(), OTHER)).because())
        .endsWith(": the open task does not grant it");
    assertThat(policy.decide(use(null, OTHER)).because()).endsWith(": no task is open");
    assertThat(count("countermand.policy.requests", "outcome", "answered")).isEqualTo(3);
  }

  @Test
  void aBooleanIsADecisionToo() {
    OpaPolicy bare = asked("countermand/task/allow");

    assertThat(bare.decide(use(task(), GIVEN)))
        .isEqualTo(new GrantDecision(true, "OPA countermand/task/allow allows it"));
    assertThat(bare.decide(use(task(), OTHER)))
        .isEqualTo(new GrantDecision(false, "OPA countermand/task/allow denies it"));
  }

  @Test
  void aDecisionThatIsNotThereIsLeftToTheFallback() {
    OpaPolicy absent = asked("countermand/task/nothing");

    GrantDecision decision = absent.decide(use(task(), GIVEN));

    assertThat(decision)
        .isEqualTo(
            new GrantDecision(
                false, "OPA did not decide (countermand/task/nothing is undefined): fallback"));
    assertThat(count("countermand.policy.requests", "outcome", "undefined")).isEqualTo(1);
    expectedFallbacks = 1;
  }

  @Test
  void itsHealthCanBeChecked() {
    assertThat(policy.check()).isTrue();
  }

  @Test
  void theTokenIsSent(@TempDir Path directory) throws IOException {
    Path authz = directory.resolve("authz.rego");
    Files.writeString(
        authz, "package system.authz\ndefault allow := false\nallow if input.identity == \"t1\"\n");
    Path token = Files.writeString(directory.resolve("token"), "t1\n");
    Path wrong = Files.writeString(directory.resolve("wrong"), "t2\n");
    try (OpaProcess guarded = guarded(authz)) {
      OpaServer server =
          OpaServer.at(guarded.url(), "countermand/task/allow").withDeadline(PATIENT);

      GrantDecision known =
          new OpaPolicy(server.withToken(new SecretRef(token, null)), FALLBACK, meters)
              .decide(use(task(), GIVEN));
      GrantDecision stranger =
          new OpaPolicy(server.withToken(new SecretRef(wrong, null)), FALLBACK, meters)
              .decide(use(task(), GIVEN));

      assertThat(known.permitted()).isTrue();
      assertThat(stranger.because()).isEqualTo("OPA did not decide (status 401): fallback");
      expectedFallbacks = 1;
    }
  }

  @Test
  void aKilledServerIsAskedAgainWhenItIsBack() throws IOException {
    try (OpaProcess own = new OpaProcess(List.of(EXAMPLE))) {
      OpaPolicy asking =
          new OpaPolicy(
              OpaServer.at(own.url(), "countermand/task/allow")
                  .withDeadline(PATIENT)
                  .withCircuit(2, Duration.ofMillis(50)),
              FALLBACK,
              meters);
      assertThat(asking.decide(use(task(), GIVEN)).permitted()).isTrue();

      own.kill();
      for (int i = 0; i < 10; i++) {
        assertThat(asking.decide(use(task(), GIVEN)).because()).endsWith(": fallback");
      }
      assertThat(asking.check()).isFalse();
      assertThat(count("countermand.policy.pauses")).isGreaterThanOrEqualTo(1);

      own.start();
      Awaitility.await().until(() -> asking.decide(use(task(), GIVEN)).permitted());
    }
    expectedFallbacks = count("countermand.policy.fallbacks");
  }

  private static OpaProcess guarded(Path authz) throws IOException {
    // Its health is asked for without a token until it is up.
    Files.writeString(authz, Files.readString(authz) + "allow if input.path == [\"health\"]\n");
    return new OpaProcess(
        List.of(EXAMPLE, authz), "--authentication=token", "--authorization=basic");
  }

  private OpaPolicy asked(String path) {
    return new OpaPolicy(OpaServer.at(opa.url(), path).withDeadline(PATIENT), FALLBACK, meters);
  }

  private double count(String name, String... tags) {
    return meters.get(name).tags(tags).counter().count();
  }
}
