package dev.countermand.containment.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what is proved, for service accounts, at a double. */
class KubernetesRevokerTest extends DoubleContract<KubernetesRig> {

  @Override
  protected KubernetesRig open(Path keys) {
    return new KubernetesRig(keys);
  }

  @Test
  void itStandsWhereItStoodInEveryBindingWhenItIsGivenBack() {
    Target target = rig().freshTarget();
    JsonNode before = rig().subjects(target);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    assertThat(rig().subjects(target)).hasSize(2);
    revoker().undo(target, prior);
    assertThat(rig().subjects(target)).isEqualTo(before);
  }

  @Test
  void bindingsThatAreTooLargeForOnePageAreReadInSmallerOnes(@TempDir Path keys) {
    try (KubernetesRig large = new KubernetesRig(keys);
        Revoker revoker = large.revoker()) {
      for (int i = 0; i < 20; i++) {
        large.cluster.bind(
            "", "a-" + i, "u-" + i, "edit", List.of(KubernetesRig.person("x".repeat(100_000))));
      }
      Target target = large.freshTarget();
      Plan plan = revoker.plan(target);
      assertThat(plan.isWhole()).isTrue();
      assertThat(plan.blastRadius()).contains(" in 2 role bindings");
      revoker.execute(target);
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
    }
  }

  @Test
  void ofMoreBindingsThanAreLookedAtThePlanSaysSoAndNothingIsProvedDead(@TempDir Path keys) {
    try (KubernetesRig many = new KubernetesRig(keys);
        Revoker revoker = many.revoker()) {
      for (int i = 0; i < 2_001; i++) {
        many.cluster.bind("", "a-" + i, "u-" + i, "edit", List.of());
      }
      Target target = many.freshTarget();
      Plan plan = revoker.plan(target);
      assertThat(plan.isWhole()).isFalse();
      assertThat(plan.blastRadius()).contains("more role bindings than the 200");
      revoker.execute(target);
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
    }
  }

  @Test
  void whatOthersChangedInABindingMeanwhileStays() {
    Target target = rig().freshTarget();
    String name = KubernetesRig.name(target);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    rig()
        .cluster
        .bind(
            KubernetesRig.NAMESPACE,
            "rb-" + name,
            "u-r-" + name,
            "edit",
            List.of(KubernetesRig.person("carol")));
    revoker().undo(target, prior);
    assertThat(rig().subjects(target))
        .containsExactly(KubernetesRig.person("carol"), KubernetesRig.own(name));
  }

  @Test
  void aBindingThatWasMadeAnewIsLeftAloneAndTold() {
    Target target = rig().freshTarget();
    String name = KubernetesRig.name(target);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    rig().cluster.bind("", "crb-" + name, "another-uid", "cluster-admin", List.of());
    Restoration restoration = revoker().undo(target, prior);
    assertThat(restoration.result()).isEqualTo(Restoration.Result.RESTORED);
    assertThat(restoration.detail()).contains("but for 1");
    assertThat(ClusterDouble.names(binding("", "crb-" + name))).isEmpty();
  }

  @Test
  void anAccountThatABindingNamesAsAUserIsTakenOutToo() {
    Target target = rig().freshTarget();
    String user = ClusterDouble.user(KubernetesRig.account(target));
    rig().cluster.bind("", "by-user", "u-1", "admin", List.of(KubernetesRig.person(user)));
    revoker().execute(target);
    assertThat(ClusterDouble.names(binding("", "by-user"))).isEmpty();
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void aBindingOnALaterPageIsTakenToo() {
    for (int i = 0; i < 45; i++) {
      rig().cluster.bind("", "a-" + i, "u-" + i, "edit", List.of(KubernetesRig.person("alice")));
    }
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(ClusterDouble.names(binding("", "crb-" + KubernetesRig.name(target)))).isEmpty();
    assertThat(rig().server().requests())
        .anyMatch(request -> request.path().contains("continue=40"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"system:serviceaccounts", "system:serviceaccounts:agents", "system:authenticated"})
  void anAccountThatHasRightsByAGroupIsNotCalledDeadWhenItIsSuspended(String group) {
    Target target = rig().freshTarget();
    rig()
        .cluster
        .bind("", "everybody", "u-1", "edit", List.of(ClusterDouble.subject("Group", "", group)));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("everybody", group, "order revoke");

    Target revoked = target.to(Rung.REVOKE);
    revoker().execute(revoked);
    assertThat(revoker().verify(revoked).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void aRoleThatBorrowsTheNameOfAHarmlessOneIsNotCalledHarmless() {
    Target target = rig().freshTarget();
    rig()
        .cluster
        .bind(
            "agents",
            "borrowed",
            "u-2",
            "system:discovery",
            List.of(ClusterDouble.subject("Group", "", "system:serviceaccounts:agents")));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("borrowed");
  }

  @Test
  void anAccountThatAnotherAuthorizerAllowsSomethingIsNotCalledDead() {
    Target target = rig().freshTarget();
    rig().cluster.others.add(ClusterDouble.user(KubernetesRig.account(target)));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("by no role binding");
  }

  @Test
  void anAccountThatIsMadeAnewIsAnotherAndItsTokenOfBeforeStaysDead() {
    Target target = rig().freshTarget().to(Rung.REVOKE);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("TokenReview refuses");
    rig().cluster.accounts.put(KubernetesRig.account(target), "another-uid");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
    assertThat(rig().works(target)).isFalse();
  }

  @Test
  void theAccountThatKubernetesMakesAnewIsNotDeletedButSuspended() {
    Target target = rig().target(KubernetesRig.NAMESPACE, "default");
    rig().giveBack(target);
    Target revoked = target.to(Rung.REVOKE);
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(revoked));
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error).hasMessageContaining("Order suspend");
    assertThat(rig().works(target)).isTrue();

    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void aChangeInBetweenIsTriedAgain() {
    Target target = rig().freshTarget();
    revoker().check();
    rig().server().answerNext(200, "{\"items\":[]}");
    String name = KubernetesRig.name(target);
    rig().server().answerNext(200, "{\"items\":[" + binding("", "crb-" + name) + "]}");
    rig().server().answerNext(200, binding("", "crb-" + name).toString());
    rig().server().answerNext(409, "{}");
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(target));
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
  }

  @Test
  void podsAndBindingsThatAreNewSinceAreTold() {
    Target target = rig().freshTarget().takenFor(Instant.parse("2026-11-21T10:00:00.500Z"));
    rig().cluster.pods.put("older", "2026-11-21T09:59:59Z");
    rig().cluster.pods.put("newer", "2026-11-21T10:00:00Z");
    rig().cluster.bind("", "fresh", "u-1", "edit", List.of(KubernetesRig.person("mallory")));
    binding("", "fresh").withObject("/metadata").put("creationTimestamp", "2026-11-21T10:00:05Z");
    assertThat(revoker().plan(target).blastRadius()).contains("2 role bindings", "2 pods");
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains("run as it since: newer", "made since: fresh")
        .doesNotContain("older");
  }

  @Test
  void withoutATokenTheProofSaysThatNoneWasTried() {
    Target target = rig().withoutSecret().to(Rung.REVOKE);
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("no token was tried");
  }

  @Test
  void theRevokersOwnAccountIsNeverTouched() {
    Target own = rig().target("countermand", "containment");
    Map<String, String> prior = KubernetesRig.handle("countermand", "containment");
    for (Runnable call :
        List.<Runnable>of(
            () -> revoker().plan(own),
            () -> revoker().execute(own),
            () -> revoker().verify(own),
            () -> revoker().undo(own, prior))) {
      assertThat(catchThrowableOfType(RevokerException.class, call::run).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
  }

  private ObjectNode binding(String namespace, String name) {
    return rig().cluster.bindings.get(ClusterDouble.path(namespace, name));
  }
}
