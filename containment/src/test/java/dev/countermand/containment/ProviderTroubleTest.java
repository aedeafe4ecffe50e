package dev.countermand.containment;

import static dev.countermand.model.StepState.FAILED;
import static dev.countermand.model.StepState.REQUESTED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.containment.oauth2.AuthorizationServer;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProviderTroubleTest {
  private static final String AGENT = "agent-7";

  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
  }

  @Test
  void aBusyProviderIsAskedAgainUntilItAnswers() {
    Rig.Token token = rig.token();
    rig.server.fail(2, 503, "");
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    assertThat(rig.await(order, Step.REVOKE, VERIFIED).attempts()).isGreaterThanOrEqualTo(4);
    assertThat(rig.states(order.id(), Step.REVOKE)).doesNotContain(FAILED);
  }

  @Test
  void aProviderThatLiesIsNotBelievedAndTheCredentialIsTriedAgainUntilItIsDead()
      throws IOException {
    Rig.Token token = rig.token();
    rig.server.lie();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    assertThat(rig.await(order, Step.REVOKE, FAILED).reason()).contains("active: true");
    rig.server.repent();
    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(token.secret())).isFalse();
    assertThat(rig.outcomes(order.id())).extracting(ContainmentOutcome::id).doesNotHaveDuplicates();
    rig.assertNowhere(token.secret());
  }

  @Test
  void aProviderThatIsDownIsReportedAndTheCredentialDiesWhenItIsBackAcrossARestart() {
    Rig.Token token = rig.token();
    rig.server.fail(Integer.MAX_VALUE, 500, "");
    ContainmentService first = rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.REVOKE, FAILED);
    first.close();
    rig.server.fail(0, 500, "");
    rig.start(Mode.ENFORCE);
    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.outcomes(order.id())).extracting(ContainmentOutcome::id).doesNotHaveDuplicates();
  }

  @Test
  void aReleaseEndsTheTryingAgain() {
    Rig.Token token = rig.token();
    rig.server.fail(Integer.MAX_VALUE, 500, "");
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, token), Step.REVOKE, FAILED);
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    rig.server.fail(0, 500, "");
    Awaitility.await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> rig.server.isActive(token.secret()));
  }

  @Test
  void whatWasNeverTakenAwayNeedsNoNewOneAndWhatWasDoes() {
    Rig.Token kept = rig.token();
    rig.server.lie();
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, kept), Step.REVOKE, FAILED);
    assertThat(rig.await(rig.release(AGENT), Step.RESTORE, VERIFIED).proof())
        .contains("It was not taken away");
    assertThat(rig.server.isActive(kept.secret())).isTrue();

    Rig.Token gone = rig.token();
    rig.server.repent();
    rig.await(rig.contain(AGENT, gone), Step.REVOKE, VERIFIED);
    assertThat(rig.await(rig.release(AGENT), Step.RESTORE, FAILED).reason())
        .contains("register the new token");
  }

  @Test
  void aReleaseOvertakesARevocationThatHangs() {
    Rig.Token token = rig.token();
    rig.server.hang();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.REVOKE, REQUESTED);
    ContainmentOrder release = rig.release(AGENT);
    rig.await(release, Step.RELEASE, VERIFIED);
    rig.await(order, Step.REVOKE, FAILED);
    assertThat(rig.state(AGENT).orElseThrow().status()).isEqualTo(ContainmentStatus.RELEASED);
  }

  @Test
  void noKillSwitchWaitsForAnotherAgentsSlowProvider() {
    List<Rig.Token> slow = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      slow.add(rig.token());
    }
    rig.server.hang();
    rig.start(Mode.ENFORCE);
    for (int i = 0; i < slow.size(); i++) {
      rig.contain("slow-" + i, slow.get(i));
    }
    ContainmentOrder order = rig.contain(AGENT, slow.get(0));
    ContainmentOutcome stopped = rig.await(order, Step.KILL_SWITCH, VERIFIED);
    assertThat(Duration.ofNanos(stopped.duration())).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aSlowProviderHoldsUpNoOtherProvider() {
    try (AuthorizationServer slow = new AuthorizationServer()) {
      rig.provider("slow", rig.authProvider(slow.port(), Duration.ofSeconds(5)));
      slow.hang();
      List<Rig.Token> tokens = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Rig.Token token = rig.unregisteredToken("slow");
        rig.register(token.credential());
        tokens.add(token);
      }
      Rig.Token quick = rig.token();
      tokens.add(quick);
      rig.start(Mode.ENFORCE);
      ContainmentOrder order = rig.contain(AGENT, tokens.toArray(Rig.Token[]::new));
      ContainmentOutcome dead = rig.await(order, Step.REVOKE, VERIFIED);
      assertThat(dead.credential()).isEqualTo(quick.fingerprint());
      assertThat(Duration.ofNanos(dead.duration())).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aTokenOfTwoAgentsIsTakenFromBoth() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain("agent-a", token), Step.REVOKE, VERIFIED);
    rig.await(rig.contain("agent-b", token), Step.REVOKE, VERIFIED);
    assertThat(rig.state("agent-b").orElseThrow().credentials()).hasSize(1);
  }
}
