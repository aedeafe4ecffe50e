package dev.countermand.policies;

import static dev.countermand.policies.Requests.BUILT_IN;
import static dev.countermand.policies.Requests.END;
import static dev.countermand.policies.Requests.GIVEN;
import static dev.countermand.policies.Requests.NOON;
import static dev.countermand.policies.Requests.OTHER;
import static dev.countermand.policies.Requests.credential;
import static dev.countermand.policies.Requests.effect;
import static dev.countermand.policies.Requests.task;
import static dev.countermand.policies.Requests.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.detectors.grant.GrantRequest;
import dev.countermand.model.Resource;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every policy engine answers when its policy is the built-in grant. */
abstract class GrantPolicyContract {
  private static final int RANDOM_QUESTIONS = 2_000;

  /** The engine, with the example policy of {@code policies/examples}. */
  abstract GrantPolicy policy();

  static Stream<Arguments> cases() {
    Task anywhere = task(List.of("*"), List.of("*"), List.of(Verb.DESTROY), List.of());
    Task closed =
        task(TaskStatus.CLOSED, List.of("*"), List.of("*"), List.of(Verb.values()), List.of(GIVEN));
    Task named = task(List.of(), List.of(), List.of(), List.of("deploy"));
    Task nothing = task(List.of(), List.of(), List.of(), List.of());
    Resource build = new Resource("file", "build/a.o", "local");
    return Stream.of(
        granted("a verb, a glob and an environment", in("file", "build/a.o", "local")),
        granted("another glob of the task", in("volume", "scratch-7", "staging")),
        granted("a star in a glob reaches below", in("file", "build/a/b/c.o", "local")),
        denied("a verb that is not named", effect(task(), Verb.WRITE, "file", "build/a", "local")),
        denied("another environment", in("file", "build/a.o", "production")),
        denied("an environment nobody knows", in("file", "build/a.o", "unknown")),
        denied("a resource no glob matches", in("file", "src/a.c", "local")),
        denied("a glob matches the whole name", in("volume", "my-scratch-7", "local")),
        denied("another type of the same name", in("table", "scratch-7", "local")),
        denied("a path that climbs out of its glob", in("file", "build/../etc", "local")),
        granted("everything everywhere", effect(anywhere, Verb.DESTROY, "db", "x", "production")),
        granted(
            "a path that climbs, of a task with the star",
            effect(anywhere, Verb.DESTROY, "file", "a/../b", "production")),
        denied("a star grants no other verb", effect(anywhere, Verb.READ, "db", "x", "staging")),
        denied("a task that names nothing", effect(nothing, Verb.READ, "file", "a", "local")),
        denied("a closed task", effect(closed, Verb.READ, "file", "a", "local")),
        denied("no task", effect(null, Verb.READ, "file", "build/a.o", "local")),
        granted("the last moment", at(END.minusMillis(1), build)),
        denied("an expired task", at(END, build)),
        denied("a task that has not begun", at(NOON.minusSeconds(61), build)),
        denied("a time before all others", at(Instant.MIN, build)),
        denied("a time after all others", at(Instant.MAX, build)),
        granted("a credential that was given", use(task(), GIVEN)),
        granted(
            "a registered one that was given",
            use(NOON, "agent", task(), GIVEN, credential(GIVEN, "deploy", "platform"))),
        denied("a credential that was not given", use(task(), OTHER)),
        denied(
            "a registered one that was not given",
            use(NOON, "agent", task(), OTHER, credential(OTHER, "deploy", null))),
        granted(
            "a registered one that was given by its name",
            use(NOON, "agent", named, OTHER, credential(OTHER, "deploy", null))),
        denied(
            "one that is not registered and has a name only somebody else's has",
            use(NOON, "agent", named, OTHER, null)),
        denied("a credential of no task", use(null, GIVEN)),
        denied("a credential of a closed task", use(closed, GIVEN)),
        denied("a credential after the task", use(END, "agent", task(), GIVEN, null)),
        denied(
            "neither effect nor credential",
            new GrantRequest(NOON, "a", task(), null, null, null)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theTaskDecides(String name, GrantRequest request, boolean permitted) {
    GrantDecision decision = policy().decide(request);

    assertThat(decision.permitted()).as("%s: %s", name, decision.because()).isEqualTo(permitted);
    assertThat(BUILT_IN.decide(request).permitted()).as("the built-in grant").isEqualTo(permitted);
    assertThat(decision.because()).isNotBlank().hasSizeLessThanOrEqualTo(300).hasLineCount(1);
  }

  @Test
  void itDecidesAsTheBuiltInGrantWhateverIsAsked() {
    GrantPolicy policy = policy();
    Random random = new Random(20261121);
    int granted = 0;
    for (int i = 0; i < RANDOM_QUESTIONS; i++) {
      GrantRequest request = Requests.random(random);
      boolean expected = BUILT_IN.decide(request).permitted();
      GrantDecision decision = policy.decide(request);
      assertThat(decision.permitted()).as("%s: %s", request, decision).isEqualTo(expected);
      granted += expected ? 1 : 0;
    }
    assertThat(granted).isBetween(RANDOM_QUESTIONS / 20, RANDOM_QUESTIONS * 19 / 20);
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.policies.Requests#hostileTexts")
  void aHostileTextIsATextWhereverItStands(String text) {
    GrantPolicy policy = policy();
    for (GrantRequest request : with(text)) {
      GrantDecision decision = policy.decide(request);

      assertThat(decision.permitted())
          .as(decision.because())
          .isEqualTo(BUILT_IN.decide(request).permitted());
      assertThat(decision.because()).hasSizeLessThanOrEqualTo(300).hasLineCount(1);
    }
  }

  private static List<GrantRequest> with(String text) {
    List<GrantRequest> requests = new ArrayList<>();
    Task named =
        task(
            List.of("local", text),
            List.of("file:" + text, "volume:*"),
            List.of(Verb.READ),
            List.of(text));
    for (Task task : new Task[] {task(), named, null}) {
      requests.add(effect(NOON, text, task, Verb.READ, new Resource("file", "build/a", "local")));
      requests.add(effect(task, Verb.READ, "file", text, "local"));
      requests.add(effect(task, Verb.READ, "volume", text, text));
      requests.add(effect(task, Verb.READ, text, "a", "local"));
      requests.add(use(task, text));
      requests.add(use(NOON, text, task, GIVEN, credential(GIVEN, text, text)));
    }
    return requests;
  }

  private static GrantRequest in(String type, String id, String environment) {
    return effect(task(), Verb.DELETE, type, id, environment);
  }

  private static GrantRequest at(Instant time, Resource resource) {
    return effect(time, "agent", task(), Verb.DELETE, resource);
  }

  private static Arguments granted(String name, GrantRequest request) {
    return arguments(name, request, true);
  }

  private static Arguments denied(String name, GrantRequest request) {
    return arguments(name, request, false);
  }
}
