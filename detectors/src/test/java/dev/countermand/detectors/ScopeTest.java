package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.grant.Globs;
import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.detectors.grant.GrantRequest;
import dev.countermand.detectors.grant.Grants;
import dev.countermand.detectors.grant.Names;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.detectors.grant.TaskGrant;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.MalformedDocumentException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScopeTest {

  @ParameterizedTest
  @CsvSource({
    "*, volume:1, true",
    "volume:*, volume:1, true",
    "volume:*, volumes:1, false",
    "volume:scratch-*, volume:scratch-7, true",
    "volume:scratch-*, volume:prod-7, false",
    "volume:*-tmp, volume:a-tmp-tmp, true",
    "volume:*-tmp, volume:a-tmp-x, false",
    "file:build/*, file:build/a/b.o, true",
    "file:*.o, file:a.o.c, false",
    "volume:1, volume:12, false",
    "'', volume:1, false",
    "vol**e:1, volume:1, true",
  })
  void aGlobMatchesTheWholeText(String glob, String text, boolean matches) {
    assertThat(Globs.match(glob, text)).isEqualTo(matches);
  }

  @Property
  void aTextMatchesItselfAndItsPrefixWithAStar(
      @ForAll @StringLength(max = 20) @CharRange(from = 'a', to = 'c') String text) {
    assertThat(Globs.match(text, text)).isTrue();
    assertThat(Globs.match(text + "*", text + "xyz")).isTrue();
    assertThat(Globs.match("*" + text, "xyz" + text)).isTrue();
    assertThat(Globs.match(text, text + "x")).isFalse();
  }

  @Test
  void aHostileGlobAndTextTakeNoTime() {
    String glob = "*a".repeat(200);
    String text = "a".repeat(2_000) + "b";

    assertThatCode(() -> assertThat(Globs.match(glob, text)).isFalse()).doesNotThrowAnyException();
  }

  @Test
  void aClosedTaskIsNoScope() {
    assertThat(at(Samples.NOON.minusSeconds(61), Samples.task(), Grants.BUILT_IN).task()).isEmpty();
    assertThat(at(Samples.NOON, Samples.task(), Grants.BUILT_IN).task()).isPresent();
    assertThat(at(Samples.NOON, null, Grants.BUILT_IN).taskId()).isNull();
  }

  @Test
  void withoutATaskTheProfileGrantsAndSaysSo() {
    Grants grants = new Grants(agent -> profile(agent), TaskGrant.BUILT_IN);
    Scope scope = at(Samples.NOON, null, grants);

    assertThat(scope.task()).isEmpty();
    assertThat(scope.grants(Samples.effect("write file:src/a in local"))).isTrue();
    assertThat(scope.grants(Samples.effect("delete file:src/a in local"))).isFalse();
    assertThat(scope.description())
        .startsWith("no task is open for this agent: its profile:coder grants write on file:*");
  }

  @Test
  void aTaskOfOneSessionGrantsNothingToAnother() {
    Effect effect = Samples.effect("delete file:build/a in local");

    assertThat(Samples.scope(Samples.attempt("act", Samples.NOON), Samples.task()).grants(effect))
        .isTrue();
    assertThat(
            Samples.scope(
                    Samples.attempt("act", Samples.NOON), Samples.task().forSession("session"))
                .grants(effect))
        .isTrue();
    Scope another =
        Samples.scope(Samples.attempt("act", Samples.NOON), Samples.task().forSession("another"));
    assertThat(another.grants(effect)).isFalse();
    assertThat(another.task()).isEmpty();
  }

  @Test
  void anOpenTaskTakesThePlaceOfTheProfile() {
    Grants grants = new Grants(agent -> profile(agent), TaskGrant.BUILT_IN);
    Scope scope = at(Samples.NOON, Samples.task(), grants);

    assertThat(scope.grants(Samples.effect("write file:src/a in local"))).isFalse();
    assertThat(scope.description()).startsWith("task task-1 grants");
  }

  @Test
  void theWordOfATaskComesBeforeTheNameOfTheAgentsProfileAndARepositoryHasNone() {
    Grants grants = new Grants(agent -> profile(agent).ofProfile("coder"), TaskGrant.BUILT_IN);
    Task task = Samples.task();

    assertThat(at(Samples.NOON, task.ofProfile("refactoring"), grants).profile())
        .contains("refactoring");
    assertThat(at(Samples.NOON, task, grants).profile()).contains("coder");
    assertThat(at(Samples.NOON, null, grants).profile()).contains("coder");
    assertThat(at(Samples.NOON.minusSeconds(61), task.ofProfile("refactoring"), grants).profile())
        .as("before the task began")
        .contains("coder");
    assertThat(at(Samples.NOON, task, Grants.BUILT_IN).profile()).isEmpty();
  }

  @Test
  void aCredentialIsGivenByTheNameItIsRegisteredWith() {
    Grants grants = new Grants(agent -> profile(agent), TaskGrant.BUILT_IN);

    assertThat(at(Samples.NOON, null, grants).grantsCredential(names(FOREIGN))).isTrue();
    assertThat(at(Samples.NOON, null, grants).grantsCredential(names(STRAY))).isFalse();
    assertThat(at(Samples.NOON, null, Grants.BUILT_IN).grantsCredential(names(FOREIGN))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "verbs, read, delete file:build/a in local, false",
    "verbs, delete, delete file:build/a in local, true",
    "environments, staging, delete file:build/a in local, false",
    "environments, staging, delete file:build/a in staging, true",
    "resources, file:build/tmp/*, delete file:build/a in local, false",
    "resources, file:build/tmp/*, delete file:build/tmp/a in local, true",
    "resources, '*', delete volume:prod-1 in local, false",
    "resources, none, delete file:build/a in local, false",
    "environments, production, delete file:build/a in production, false",
  })
  void aRepositoryTakesAwayAndNeverAdds(
      String clause, String only, String effect, boolean granted) {
    Scope scope = narrowed(clause, only);

    assertThat(scope.grants(Samples.effect(effect))).isEqualTo(granted);
    assertThat(scope.description()).endsWith(", narrowed by .countermand/task.yaml");
  }

  @Test
  void aRepositoryTakesCredentialsAwayAndNeverGivesOne() {
    assertThat(narrowed("credentials", "none").grantsCredential(names(GRANTED))).isFalse();
    // Nobody who can write there has it taken from those who were given it.
    assertThat(narrowed("credentials", "none").given(names(GRANTED))).isTrue();
    assertThat(narrowed("credentials", "provider-admin").grantsCredential(names(GRANTED))).isTrue();
    assertThat(narrowed("credentials", "provider-admin").grantsCredential(names(FOREIGN)))
        .isFalse();
    assertThat(narrowed("verbs", "read").grantsCredential(names(GRANTED))).isTrue();
  }

  @Test
  void aTimeOfLongAgoDoesNotBringBackAGrantThatIsOver() {
    ObjectNode tree =
        Action.CODEC.toTree(Samples.attempt("act", Samples.NOON.plusSeconds(100_000)));
    tree.put("@timestamp", Samples.NOON.toString());
    Effect effect = Samples.effect("delete file:build/a in local");

    assertThat(Samples.scope(Action.CODEC.fromTree(tree), Samples.task()).grants(effect)).isFalse();
    tree.withObject("/countermand/source").put("witness", "provider");
    assertThat(Samples.scope(Action.CODEC.fromTree(tree), Samples.task()).grants(effect)).isTrue();
  }

  @Property
  void noNarrowingGrantsWhatTheTaskDoesNot(
      @ForAll("clauses") String clause,
      @ForAll("words") String only,
      @ForAll("effects") String effect) {
    Effect done = Samples.effect(effect);
    boolean before = at(Samples.NOON, Samples.task(), Grants.BUILT_IN).grants(done);

    assertThat(narrowed(clause, only).grants(done)).isIn(before, false);
  }

  @Provide
  Arbitrary<String> clauses() {
    return Arbitraries.of("verbs", "environments", "resources", "credentials");
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of(
        "*", "none", "delete", "read", "local", "production", "file:*", "volume:*");
  }

  @Provide
  Arbitrary<String> effects() {
    return Combinators.combine(
            Arbitraries.of("read", "write", "delete", "destroy"),
            Arbitraries.of("file:build/a", "file:src/a", "volume:scratch-1", "volume:prod"),
            Arbitraries.of("local", "staging", "production"))
        .as((verb, resource, environment) -> verb + " " + resource + " in " + environment);
  }

  @Test
  void aPolicyIsAskedOnceAboutTheSame() {
    AtomicInteger asked = new AtomicInteger();
    GrantPolicy policy =
        request -> {
          asked.incrementAndGet();
          return new GrantDecision(true, "everything");
        };
    Scope scope = at(Samples.NOON, null, new Grants(agent -> null, policy));
    Effect effect = Samples.effect("destroy volume:prod in production");

    assertThat(scope.grants(effect)).isTrue();
    assertThat(scope.grants(effect)).isTrue();
    assertThat(scope.grantsCredential(names(STRAY))).isTrue();
    assertThat(asked).hasValue(2);
  }

  private static final String GRANTED = Samples.FINGERPRINTS.get("granted");
  private static final String FOREIGN = Samples.FINGERPRINTS.get("foreign");
  private static final String STRAY = Samples.FINGERPRINTS.get("stray");

  private static Scope at(Instant time, @Nullable Task task, Grants grants) {
    return grants.scope(Samples.attempt("act", time), task, Samples.KNOWN);
  }

  private static Scope narrowed(String clause, String only) {
    ObjectNode tree = Action.CODEC.toTree(Samples.attempt("act", Samples.NOON));
    ObjectNode narrowing = tree.withObject("/countermand/task/narrowing");
    narrowing.put("file", ".countermand/task.yaml").putArray(clause).add(only);
    try {
      return Samples.scope(Action.CODEC.fromTree(tree), Samples.task());
    } catch (MalformedDocumentException e) {
      throw new AssertionError(e);
    }
  }

  private static Task profile(String agent) {
    return new Task(
        "profile:coder",
        Instant.EPOCH,
        agent,
        TaskStatus.OPEN,
        "",
        List.of("local"),
        List.of("file:*"),
        List.of(Verb.WRITE),
        List.of("provider-admin"),
        Instant.EPOCH,
        null,
        "configuration",
        Extra.NONE);
  }

  @Test
  void aCredentialIsGrantedUnderAnyOfItsFingerprints() {
    String now = "7".repeat(32);
    Credential again =
        new Credential(
            now,
            "k2",
            Samples.NOON,
            "provider-admin",
            "oauth2-token",
            "provider",
            null,
            "production",
            List.of(),
            Map.of(),
            null,
            null,
            List.of(GRANTED),
            "bob",
            Extra.NONE);
    Scope scope = at(Samples.NOON, Samples.task(), Grants.BUILT_IN);

    assertThat(scope.grantsCredential(Names.of(Known.NOTHING, now, null))).isFalse();
    assertThat(scope.grantsCredential(Names.of(Known.NOTHING, now, GRANTED)))
        .as("while both keys hold")
        .isTrue();
    assertThat(
            scope.grantsCredential(
                Names.of(
                    Known.credentials(one -> Optional.of(again).filter(c -> one.equals(now))),
                    now,
                    null)))
        .as("after the overlap, by what is registered")
        .isTrue();
    assertThat(
            TaskGrant.BUILT_IN
                .decide(new GrantRequest(Samples.NOON, "agent", Samples.task(), null, now, again))
                .permitted())
        .as("whichever the policy is asked of")
        .isTrue();
  }

  private static Names names(String fingerprint) {
    return Names.of(Samples.KNOWN, fingerprint, null);
  }
}
