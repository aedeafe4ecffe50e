package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Task;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told with one fingerprint key joins what is told with the next. */
final class KeyRotationTest {
  private static final String OLD = "a".repeat(32);
  private static final String NEW = "b".repeat(32);
  private static final Effect SEND = Samples.effect("send url:api in unknown sure 0.4");

  private final Scoring scoring = Scoring.standard();
  private final Map<String, Credential> registry = new HashMap<>();
  private AgentState state = AgentState.EMPTY;
  private int actions;

  /** A gateway's key files. */
  enum Keys {
    BEFORE,
    BOTH,
    AFTER
  }

  private static CredentialMention mention(Keys keys, CredentialRole role) {
    return new CredentialMention(
        keys == Keys.BEFORE ? OLD : NEW,
        keys == Keys.BEFORE ? "k1" : "k2",
        keys == Keys.BOTH ? OLD : null,
        "oauth2-token",
        role,
        "/input/command",
        role == CredentialRole.SIGHTED ? "conf/.env" : null,
        Extra.NONE);
  }

  private Action action(Keys keys, CredentialRole role, String agent) {
    Instant time = Samples.NOON.plusSeconds(++actions);
    return Samples.action(
        agent,
        "action-" + actions,
        time,
        role == CredentialRole.USED ? Phase.ATTEMPT : Phase.RESULT,
        Outcome.UNKNOWN,
        "call-" + actions,
        List.of(SEND),
        List.of(mention(keys, role)));
  }

  private Scored score(Keys keys, CredentialRole role, @Nullable Task task) {
    Scored scored =
        scoring.score(
            action(keys, role, "agent"),
            task,
            Known.credentials(fingerprint -> Optional.ofNullable(registry.get(fingerprint))),
            state);
    state = scored.state();
    return scored;
  }

  private static Credential credential(String fingerprint, List<String> previous, Instant time) {
    return new Credential(
        fingerprint,
        previous.isEmpty() ? "k1" : "k2",
        time,
        "provider-admin",
        "oauth2-token",
        "provider",
        "platform",
        "production",
        List.of("destroy:volume"),
        Map.of(),
        null,
        30L,
        previous,
        "bob",
        Extra.NONE);
  }

  private void register() {
    registry.put(OLD, credential(OLD, List.of(), Samples.NOON.minusSeconds(60)));
  }

  private void rotate() {
    registry.put(NEW, credential(NEW, List.of(OLD), Samples.NOON));
  }

  private static List<String> rules(Scored scored) {
    return scored.findings().stream().map(Finding::ruleId).toList();
  }

  @Test
  void whatWasReadBeforeIsFoundWhenItIsUsedDuringTheOverlapAndAfterIt() {
    register();
    score(Keys.BEFORE, CredentialRole.SIGHTED, null);
    assertThat(rules(score(Keys.BEFORE, CredentialRole.USED, null))).contains("read-then-used");
    // The key is in force before the registry follows.
    assertThat(rules(score(Keys.BOTH, CredentialRole.USED, null))).contains("read-then-used");
    rotate();
    Scored during = score(Keys.BOTH, CredentialRole.USED, null);
    assertThat(rules(during)).contains("read-then-used");
    assertThat(during.order().orElseThrow().credentials()).containsExactly(NEW);
    // Another gateway has the old files still.
    assertThat(rules(score(Keys.BEFORE, CredentialRole.USED, null))).contains("read-then-used");
    registry.remove(OLD);
    Scored after = score(Keys.AFTER, CredentialRole.USED, null);
    assertThat(rules(after)).contains("read-then-used");
    assertThat(after.order().orElseThrow().credentials()).containsExactly(NEW);
  }

  @Test
  void aRegisteredCredentialThatNobodyTouchedDuringTheOverlapIsKnownAfterIt() {
    register();
    score(Keys.BEFORE, CredentialRole.SIGHTED, null);
    rotate();
    registry.remove(OLD);

    assertThat(rules(score(Keys.AFTER, CredentialRole.USED, null))).contains("read-then-used");
    assertThat(state.memory().lineage())
        .singleElement()
        .extracting(Sighting::fingerprint)
        .isEqualTo(NEW);
  }

  @Test
  void aCredentialThatCouldNotBeSealedAnewIsOrderedByItsOldFingerprint() {
    register();
    score(Keys.BEFORE, CredentialRole.SIGHTED, null);

    Scored during = score(Keys.BOTH, CredentialRole.USED, null);

    assertThat(during.order().orElseThrow().credentials()).containsExactly(OLD);
  }

  @Test
  void whatATaskWasGivenBeforeItHasAfter() {
    register();
    Task task = task();
    assertThat(rules(score(Keys.BEFORE, CredentialRole.USED, task)))
        .doesNotContain("credential-scope");
    assertThat(rules(score(Keys.BOTH, CredentialRole.USED, task)))
        .doesNotContain("credential-scope");
    rotate();
    assertThat(rules(score(Keys.BOTH, CredentialRole.USED, task)))
        .doesNotContain("credential-scope");
    registry.remove(OLD);
    assertThat(rules(score(Keys.AFTER, CredentialRole.USED, task)))
        .doesNotContain("credential-scope", "after-task");
    assertThat(rules(score(Keys.AFTER, CredentialRole.USED, null))).contains("after-task");
  }

  private static Task task() {
    ObjectNode tree = Task.CODEC.toTree(Samples.task());
    tree.withObject("/countermand/task").putArray("credentials").add(OLD);
    return Task.CODEC.fromTree(tree);
  }

  @Test
  void whatAnotherReadBeforeIsFoundOnItsTrailDuringTheOverlapAndAfterIt() {
    for (Keys keys : List.of(Keys.BOTH, Keys.AFTER)) {
      registry.clear();
      register();
      Map<String, CredentialTrail> trails = new HashMap<>();
      follow(trails, action(Keys.BEFORE, CredentialRole.SIGHTED, "reader"));
      rotate();
      if (keys == Keys.AFTER) {
        registry.remove(OLD);
      }

      List<TrailScoring.Result> found =
          follow(trails, action(keys, CredentialRole.USED, "user-" + keys));

      assertThat(found.stream().flatMap(one -> one.findings().stream()))
          .extracting(Finding::ruleId)
          .contains("read-by-another");
      assertThat(found.stream().flatMap(one -> one.orders().stream()))
          .isNotEmpty()
          .allSatisfy(order -> assertThat(order.credentials()).containsExactly(NEW));
    }
  }

  private List<TrailScoring.Result> follow(Map<String, CredentialTrail> trails, Action action) {
    Scored scored =
        scoring.score(
            action,
            null,
            Known.credentials(fingerprint -> Optional.ofNullable(registry.get(fingerprint))),
            AgentState.EMPTY);
    List<TrailScoring.Result> results = new ArrayList<>();
    for (CredentialTouch touch : scored.touches()) {
      Credential known =
          registry.values().stream()
              .filter(
                  one ->
                      one.fingerprint().equals(touch.fingerprint())
                          || touch.others().contains(one.fingerprint()))
              .max(Comparator.comparing(Credential::time))
              .orElse(null);
      CredentialTrail before = trails.getOrDefault(touch.fingerprint(), CredentialTrail.EMPTY);
      TrailScoring.Result result = TrailScoring.standard().score(touch, before, known);
      trails.put(touch.fingerprint(), result.trail());
      results.add(result);
    }
    return results;
  }

  @Test
  void trailsUnderTheOldKeyAreNoLongerToldOfOnceTheyAreForgotten() {
    registry.put(
        NEW,
        credential(
            NEW, List.of(OLD), Samples.NOON.minus(CredentialTrail.KEPT).minus(Duration.ofDays(1))));

    Scored scored = score(Keys.AFTER, CredentialRole.USED, null);

    assertThat(scored.touches()).extracting(CredentialTouch::fingerprint).containsExactly(NEW);
  }

  @Property(tries = 200)
  void inAnyOrderOfGatewaysThatKnowBothKeysOrOneItIsOneCredential(
      @ForAll @Size(min = 1, max = 12) List<Keys> gateways, @ForAll boolean registered) {
    if (registered) {
      register();
      rotate();
    }
    score(Keys.BEFORE, CredentialRole.SIGHTED, null);
    boolean both = false;
    for (Keys keys : gateways) {
      both |= keys == Keys.BOTH;
      if (registered || both || keys != Keys.AFTER) {
        assertThat(rules(score(keys, CredentialRole.USED, null)))
            .as("%s of %s", keys, gateways)
            .contains("read-then-used");
        assertThat(state.memory().lineage()).hasSize(1);
      }
    }
  }
}
