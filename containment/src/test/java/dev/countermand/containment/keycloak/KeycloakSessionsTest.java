package dev.countermand.containment.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the sessions of a client and of a user, on a real Keycloak. */
class KeycloakSessionsTest {
  private static KeycloakRevokerRig rig;

  private final Revoker revoker = rig.revoker();

  @BeforeAll
  static void aRealmWithARevoker(@TempDir Path directory) {
    rig = new KeycloakRevokerRig(directory);
  }

  @Test
  void sessionsOfUsersThroughTheClientEndWithTheirOfflineTokens() {
    Target target = rig.freshTarget();
    String user = KafkaProbe.uniqueName("ada");
    String password = Credentials.freshSecret();
    rig.realm.user(user, password);
    JsonNode online =
        rig.login(
            KeycloakRevokerRig.client(target),
            KeycloakRevokerRig.secret(target),
            user,
            password,
            "openid");
    JsonNode offline =
        rig.login(
            KeycloakRevokerRig.client(target),
            KeycloakRevokerRig.secret(target),
            user,
            password,
            "offline_access");
    assertThat(rig.refreshes(target, online)).isTrue();
    assertThat(rig.refreshes(target, offline)).isTrue();
    Map<String, String> prior = revoker.plan(target).prior();
    assertThat(revoker.plan(target).blastRadius()).contains("1 offline session(s)");

    revoker.execute(target);
    assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
    revoker.undo(target, prior);

    assertThat(rig.refreshes(target, online)).isFalse();
    assertThat(rig.refreshes(target, offline)).isFalse();
  }

  @Test
  void aUserIsDisabledAndItsSessionsEndAndItIsGivenBackAsItWas() {
    String user = KafkaProbe.uniqueName("ada");
    String password = Credentials.freshSecret();
    rig.realm.user(user, password);
    JsonNode description = rig.realm.user(user);
    JsonNode online = rig.login(KeycloakRevokerRig.PUBLIC, "", user, password, "openid");
    JsonNode offline = rig.login(KeycloakRevokerRig.PUBLIC, "", user, password, "offline_access");
    Target target = rig.user(user, password);
    String access = online.path("access_token").asText();
    assertThat(rig.isActive(access)).isTrue();
    Plan plan = revoker.plan(target);
    assertThat(plan.blastRadius()).contains("1 offline session(s) of user " + user);
    assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.ALIVE);

    revoker.execute(target);

    Proof proof = revoker.verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("user " + user + " is disabled", "nothing was tried");
    assertThat(rig.isActive(access)).isFalse();
    assertThat(
            rig.passwordLogin(KeycloakRevokerRig.PUBLIC, "", user, password, "openid").isSuccess())
        .isFalse();

    revoker.undo(target, plan.prior());
    assertThat(rig.realm.user(user)).isEqualTo(description);
    assertThat(
            rig.passwordLogin(KeycloakRevokerRig.PUBLIC, "", user, password, "openid").isSuccess())
        .isTrue();
    for (JsonNode tokens : List.of(online, offline)) {
      assertThat(
              rig.realm
                  .ask(
                      "token",
                      "grant_type",
                      "refresh_token",
                      "client_id",
                      KeycloakRevokerRig.PUBLIC,
                      "refresh_token",
                      tokens.path("refresh_token").asText())
                  .isSuccess())
          .isFalse();
    }
  }

  @Test
  void aClientThatIsCalledAndDoesNotAnswerHoldsNothingUp() throws IOException {
    Target target = rig.freshTarget();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      rig.realm.callClientAt(
          KeycloakRevokerRig.client(target), "http://127.0.0.1:" + silent.getLocalPort());
      assertThat(revoker.execute(target)).contains("is disabled", "could not be pushed");
    }
    assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void whoMakesNewTokensAndSessionsAllTheTimeLoses() throws Exception {
    Target target = rig.freshTarget();
    String user = KafkaProbe.uniqueName("ada");
    String password = Credentials.freshSecret();
    rig.realm.user(user, password);
    Queue<String> minted = new ConcurrentLinkedQueue<>();
    Queue<String> refreshers = new ConcurrentLinkedQueue<>();
    ScheduledExecutorService loop = Executors.newScheduledThreadPool(2);
    try {
      loop.scheduleAtFixedRate(
          () ->
              collect(
                  rig.realm.grant(
                      KeycloakRevokerRig.client(target), KeycloakRevokerRig.secret(target)),
                  minted,
                  refreshers),
          0,
          200,
          TimeUnit.MILLISECONDS);
      loop.scheduleAtFixedRate(
          () ->
              collect(
                  rig.passwordLogin(
                      KeycloakRevokerRig.client(target),
                      KeycloakRevokerRig.secret(target),
                      user,
                      password,
                      "offline_access"),
                  minted,
                  refreshers),
          100,
          200,
          TimeUnit.MILLISECONDS);
      Awaitility.await("the loops run")
          .atMost(Duration.ofSeconds(60))
          .until(() -> minted.size() >= 6);
      assertThat(minted).allMatch(rig::isActive);
      Map<String, String> prior = revoker.plan(target).prior();
      revoker.execute(target);
      Awaitility.await("the proof, while the loops go on")
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD));
      int made = minted.size();
      Awaitility.await("nothing new comes")
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> minted.size() == made);
      assertThat(minted).noneMatch(rig::isActive);

      loop.shutdown();
      assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      revoker.undo(target, prior);
      assertThat(minted).noneMatch(rig::isActive);
      assertThat(refreshers).isNotEmpty().noneMatch(token -> rig.refreshes(target, token));
    } finally {
      loop.shutdownNow();
    }
  }

  private static void collect(
      HttpCaller.Answer answer, Queue<String> minted, Queue<String> refreshers) {
    if (answer.isSuccess()) {
      minted.add(Realm.json(answer).path("access_token").asText());
      refreshers.add(Realm.json(answer).path("refresh_token").asText());
    }
  }
}
