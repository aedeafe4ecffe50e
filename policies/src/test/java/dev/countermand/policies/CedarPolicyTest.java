package dev.countermand.policies;

import static dev.countermand.policies.Requests.GIVEN;
import static dev.countermand.policies.Requests.NOON;
import static dev.countermand.policies.Requests.OTHER;
import static dev.countermand.policies.Requests.credential;
import static dev.countermand.policies.Requests.effect;
import static dev.countermand.policies.Requests.task;
import static dev.countermand.policies.Requests.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.model.Resource;
import dev.countermand.model.Verb;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class CedarPolicyTest extends GrantPolicyContract {
  private static final GrantPolicy EXAMPLE =
      CedarPolicy.read(Path.of("examples", "task.cedar"), null);
  private static final String PERMIT_ALL = "@id(\"all\") permit(principal, action, resource);";

  @Override
  GrantPolicy policy() {
    return EXAMPLE;
  }

  @Test
  void theReasonNamesThePolicyThatPermits() {
    assertThat(EXAMPLE.decide(effect(task(), Verb.READ, "file", "build/a", "local")))
        .isEqualTo(new GrantDecision(true, "Cedar policy task-effect permits it"));
    assertThat(EXAMPLE.decide(use(task(), GIVEN)))
        .isEqualTo(new GrantDecision(true, "Cedar policy task-credential permits it"));
    assertThat(EXAMPLE.decide(use(task(), OTHER)))
        .isEqualTo(new GrantDecision(false, "no Cedar policy permits it"));
  }

  @Test
  void whatForbidsWinsAndIsNamed() {
    GrantPolicy policy =
        cedar(
            PERMIT_ALL
                + "@id(\"no-production\") forbid(principal, action, resource is Resource)"
                + " when { resource.environment == \"production\" && !resource.reversible };");

    assertThat(policy.decide(effect(null, Verb.READ, "db", "x", "production")))
        .isEqualTo(new GrantDecision(false, "Cedar policy no-production forbids it"));
    assertThat(policy.decide(effect(null, Verb.READ, "db", "x", "staging")).permitted()).isTrue();
  }

  @Test
  void aPolicyWithoutANameIsNamedByItsPlace() {
    GrantPolicy policy =
        cedar("permit(principal, action, resource);\npermit(principal, action, resource);");

    assertThat(policy.decide(use(null, GIVEN)).because())
        .isEqualTo("Cedar policies policy0, policy1 permit it");
  }

  @Test
  void aPolicyThatCannotBeEvaluatedDeniesAlthoughAnotherPermits() {
    GrantPolicy policy =
        cedar(
            PERMIT_ALL
                + "@id(\"sum\") forbid(principal, action, resource)"
                + " when { context.timeMillis + 9223372036854775807 == 0 };");

    GrantDecision decision = policy.decide(use(null, GIVEN));

    assertThat(decision.permitted()).isFalse();
    assertThat(decision.because()).startsWith("Cedar policy sum cannot be evaluated: ");
  }

  @Test
  void everythingOfARequestCanBeAskedAbout() {
    GrantPolicy policy =
        cedar(
            """
            permit(principal == Agent::"agent", action == Action::"delete",
                resource == Resource::"volume:scratch-1")
            when {
              resource.type == "volume" && resource.id == "scratch-1" &&
              resource.environment == "staging" && !resource.reversible &&
              context.action == "delete" && context.hasTask &&
              context.time == "2026-11-21T12:00:00Z" && context.timeMillis == 1795262400000 &&
              context has task && context.task.id == "task-1" && context.task.purpose == "tidy up" &&
              context.task.environments == ["local", "staging"] &&
              context.task.resources == ["file:build/*", "volume:scratch-*"] &&
              context.task.matched == ["volume:scratch-*"] &&
              context.task.verbs == ["read", "delete"] &&
              context.task.credentials == ["11111111111111111111111111111111"]
            };
            permit(principal, action == Action::"use-credential",
                resource == Credential::"deploy")
            when {
              resource.registered && resource.environment == "production" &&
              resource has name && resource.name == "deploy" &&
              resource has provider && resource.provider == "cloud" &&
              resource has owner && resource.owner == "platform" &&
              resource.fingerprint == "22222222222222222222222222222222" &&
              !context.hasTask && !(context has task)
            };
            permit(principal, action == Action::"use-credential",
                resource == Credential::"11111111111111111111111111111111")
            when {
              !resource.registered && resource.environment == "unknown" &&
              !(resource has name) && !(resource has provider) && !(resource has owner)
            };
            """);

    assertThat(
            List.of(
                effect(task(), Verb.DELETE, "volume", "scratch-1", "staging"),
                use(NOON, "agent", null, OTHER, credential(OTHER, "deploy", "platform")),
                use(task(), GIVEN)))
        .allSatisfy(
            request -> assertThat(policy.decide(request).permitted()).as("%s", request).isTrue());
  }

  @Test
  void groupsAndTagsComeWithThePolicies() {
    GrantPolicy policy =
        new CedarPolicy(
            "test",
            """
            permit(principal in Group::"operators", action, resource in Group::"customers")
            when { principal.hasTag("team") && principal.getTag("team") == "shop" };
            """,
            """
            [{"uid": {"type": "Agent", "id": "a"}, "attrs": {}, "tags": {"team": "shop"},
              "parents": [{"type": "Group", "id": "shop-operators"}]},
             {"uid": {"type": "Agent", "id": "b"}, "attrs": {}, "tags": {"team": "other"},
              "parents": [{"type": "Group", "id": "operators"}]},
             {"uid": {"type": "Group", "id": "shop-operators"}, "attrs": {},
              "parents": [{"type": "Group", "id": "operators"}]},
             {"uid": {"type": "Resource", "id": "table:people"}, "attrs": {},
              "parents": [{"type": "Group", "id": "customers"}]}]
            """);
    Resource people = new Resource("table", "people", "staging");
    Resource other = new Resource("table", "other", "staging");

    assertThat(policy.decide(effect(NOON, "a", null, Verb.READ, people)).permitted()).isTrue();
    assertThat(policy.decide(effect(NOON, "b", null, Verb.READ, people)).permitted()).isFalse();
    assertThat(policy.decide(effect(NOON, "a", null, Verb.READ, other)).permitted()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.policies.Requests#hostileTexts")
  void noTextOfAnAgentIsReadAsCedar(String text) {
    GrantPolicy policy =
        cedar(
            "permit(principal == Agent::\"admin\", action, resource);"
                + "permit(principal, action, resource == Resource::\"file:mine\");");

    for (String hostile : List.of(text, "admin" + text, text + "admin", "mine" + text)) {
      assertThat(
              policy
                  .decide(
                      effect(NOON, hostile, task(), Verb.READ, new Resource("file", hostile, "x")))
                  .permitted())
          .isEqualTo(hostile.equals("admin") || hostile.equals("mine"));
      assertThat(policy.decide(use(NOON, "b", null, hostile, null)).permitted()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permit(principal, action, resource) whe { true }; | invalid policy condition: whe",
        "permit(principal, action, resource) | unexpected end of input",
        "permit(principal, action, resource) when { resource.enviroment == \"x\" }; |"
            + " did you mean `environment`",
        "permit(principal, action == Action::\"drop\", resource); | drop",
        "permit(principal == ?principal, action, resource); | slot",
        "// nothing | there is none",
        "'' | there is none"
      })
  void aBadPolicyIsRefusedWithItsSourceAndTheReason(String text, String reason) {
    CountermandException problem = problem(() -> cedar(text));

    assertThat(problem.code()).isEqualTo("POLICY_INVALID");
    assertThat(problem)
        .hasMessageStartingWith("The policies of test cannot be used: ")
        .hasMessageContaining(reason);
  }

  @Test
  void aProblemIsToldInOneShortLine() {
    String secret = "enviroment".repeat(1000) + "\n";
    CountermandException problem =
        problem(
            () ->
                cedar(
                    "permit(principal, action, resource) when { resource[\""
                        + secret
                        + "\"] == 1 };"));

    assertThat(problem.getMessage()).hasSizeLessThan(300).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{nope | ",
        "[] trailing | ",
        "[{\"uid\":{\"type\":\"Robot\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}] | Robot",
        "[{\"uid\":{\"type\":\"Agent\",\"id\":\"a\"},\"attrs\":{\"x\":1},\"parents\":[]}] | tags",
        "[{\"uid\":{\"type\":\"Agent\",\"id\":\"a\"},\"attrs\":{},\"tags\":{\"x\":1},\"parents\":[]}]"
            + " | tag",
        "[{\"uid\":{\"type\":\"Agent\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]},"
            + "{\"uid\":{\"type\":\"Agent\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}] | twice",
      })
  void badEntitiesAreRefused(String entities, String reason) {
    CountermandException problem = problem(() -> new CedarPolicy("test", PERMIT_ALL, entities));

    assertThat(problem.code()).isEqualTo("POLICY_INVALID");
    assertThat(problem)
        .hasMessageStartingWith("The entities for test cannot be used: ")
        .hasMessageContaining(reason == null ? "" : reason);
  }

  /** Cedar's parser would overflow the native stack on these, and end the JVM. */
  @Test
  void aPolicyNestedTooDeepOrTooLongIsRefusedBeforeItIsParsed() {
    for (String body :
        List.of(
            "(".repeat(101),
            "[(".repeat(60_000),
            "\"\\\"(\" == \"" + "\" && " + "(".repeat(20_000),
            "if true then true else ".repeat(10_000) + "true",
            "1 + ".repeat(200_000),
            "true // (\n && ".repeat(9_000))) {
      assertThat(problem(() -> cedar(permitWhen(body))).code()).isEqualTo("POLICY_INVALID");
    }
  }

  @Test
  void aPolicyJustWithinTheLimitsIsEvaluatedOnASmallStackWithoutHarm() throws Exception {
    String brackets = "(".repeat(98) + "true" + ")".repeat(98);
    String sets = "[".repeat(98) + "1" + "]".repeat(98) + " != 1";
    String chain = "if true then true else ".repeat(800) + "true";
    String sum = "1 + ".repeat(8_000) + "1 == 8001";
    String conditions = "true && ".repeat(2_500) + "true";
    String words = "[\"((((\", \"" + "x".repeat(100_000) + "\"].contains(context.action)";
    int parsed = 0;
    for (String body : List.of(brackets, sets, chain, sum, conditions, words)) {
      GrantPolicy policy;
      try {
        policy = cedar(permitWhen(body));
        parsed++;
      } catch (CountermandException e) {
        assertThat(e.code()).isEqualTo("POLICY_INVALID");
        continue;
      }
      FutureTask<GrantDecision> decision = new FutureTask<>(() -> policy.decide(use(null, GIVEN)));
      new Thread(null, decision, "small stack", 192 * 1024).start();
      assertThat(decision.get(60, TimeUnit.SECONDS).because()).isNotBlank();
    }
    assertThat(parsed).isGreaterThanOrEqualTo(5);
  }

  @Test
  void severalThreadsGetTheSameAnswersAsOne() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> granted = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Callable<Long> all =
            () -> {
              Random random = new Random(7);
              return random
                  .ints(500)
                  .mapToObj(n -> Requests.random(new Random(n)))
                  .filter(request -> EXAMPLE.decide(request).permitted())
                  .count();
            };
        granted.add(threads.submit(all));
      }
      Random random = new Random(7);
      long expected =
          random
              .ints(500)
              .mapToObj(n -> Requests.random(new Random(n)))
              .filter(request -> Requests.BUILT_IN.decide(request).permitted())
              .count();
      for (Future<Long> each : granted) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFileThatCannotBeReadIsNamed(@TempDir Path directory) throws IOException {
    Path missing = directory.resolve("missing.cedar");
    CountermandException problem = problem(() -> CedarPolicy.read(missing, null));
    assertThat(problem.code()).isEqualTo("FILE_UNREADABLE");
    assertThat(problem).hasMessageContaining("missing.cedar");

    Path binary = directory.resolve("binary.cedar");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(problem(() -> CedarPolicy.read(binary, null)).code()).isEqualTo("FILE_UNREADABLE");
  }

  private static String permitWhen(String body) {
    return "permit(principal, action, resource) when { " + body + " };";
  }

  private static CedarPolicy cedar(String text) {
    return new CedarPolicy("test", text);
  }

  private static CountermandException problem(ThrowingCallable call) {
    return catchThrowableOfType(CountermandException.class, call);
  }
}
