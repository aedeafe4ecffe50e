package dev.countermand.containment;

import static dev.countermand.model.StepState.ACCEPTED;
import static dev.countermand.model.StepState.FAILED;
import static dev.countermand.model.StepState.OBSERVED;
import static dev.countermand.model.StepState.REQUESTED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnregisteredTokensTest {
  private static final String AGENT = "agent-7";
  private static final String UNTAKEN = "npm-token";

  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
  }

  @Test
  void aTokenThatNobodyRegisteredIsRevokedAtTheProviderOfItsKindAndProvedDead() throws IOException {
    Rig.Token token = rig.unregisteredToken();
    rig.start(Mode.ENFORCE);
    rig.seal(token, Rig.KIND);
    ContainmentOrder order = rig.contain(AGENT, token);

    ContainmentOutcome proof = rig.await(order, Step.REVOKE, VERIFIED);

    assertThat(rig.server.isActive(token.secret())).isFalse();
    assertThat(proof.provider()).isEqualTo(Rig.AUTH);
    assertThat(proof.reason()).contains("unregistered " + Rig.KIND);
    assertThat(proof.proof()).isEqualTo("introspection says active: false");
    assertThat(rig.states(order.id(), Step.REVOKE)).endsWith(REQUESTED, ACCEPTED, VERIFIED);
    assertThat(rig.meters.get("countermand.containment.sealed").gauge().value()).isEqualTo(1);
    rig.assertNowhere(token.secret());
  }

  @Test
  void anOrderThatComesBeforeTheSealedTokenIsCarriedOutOnceItIsThere() {
    Rig.Token token = rig.unregisteredToken();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    assertThat(rig.await(order, Step.REVOKE, FAILED).reason()).contains("Nobody has registered");

    rig.seal(token, Rig.KIND);

    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(token.secret())).isFalse();
  }

  @Test
  void whatWasSealedAndOrderedWhileNobodyRanIsRevokedAtTheNextStart() {
    Rig.Token token = rig.unregisteredToken();
    rig.start(Mode.ENFORCE).close();
    rig.seal(token, Rig.KIND);
    ContainmentOrder order = rig.contain(AGENT, token);

    rig.start(Mode.ENFORCE);

    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.states(order.id(), Step.REVOKE)).containsExactly(REQUESTED, ACCEPTED, VERIFIED);
  }

  @Test
  void aRevocationThatARestartInterruptsIsFinished() {
    Rig.Token token = rig.unregisteredToken();
    rig.server.hang();
    ContainmentService first = rig.start(Mode.ENFORCE);
    rig.seal(token, Rig.KIND);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.REVOKE, REQUESTED);
    first.close();
    assertThat(rig.server.isActive(token.secret())).isTrue();

    rig.server.stopHanging();
    rig.start(Mode.ENFORCE);

    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(token.secret())).isFalse();
  }

  @Test
  void whereNoProviderTakesTheKindTheOutcomeSaysWhatToConfigureAndThatHelps() {
    Rig.Token token = rig.unregisteredToken();
    ContainmentService first = rig.start(Mode.ENFORCE);
    rig.seal(token, UNTAKEN);
    rig.awaitSealed(1);
    ContainmentOrder order = rig.contain(AGENT, token);
    assertThat(rig.await(order, Step.REVOKE, FAILED).reason())
        .contains("No provider takes unregistered " + UNTAKEN)
        .contains("containment.providers.*.kinds");
    assertThat(rig.server.isActive(token.secret())).isTrue();
    first.close();

    rig.provider(Rig.AUTH, rig.authProvider(rig.server.port(), UNTAKEN));
    rig.start(Mode.ENFORCE);

    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(token.secret())).isFalse();
  }

  @Test
  void whatIsRegisteredIsRevokedAsItIsRegisteredThoughItIsSealedToo() {
    Rig.Token token = rig.token();
    rig.seal(token, UNTAKEN);
    rig.start(Mode.ENFORCE);

    ContainmentOrder order = rig.contain(AGENT, token);

    assertThat(rig.await(order, Step.REVOKE, VERIFIED).reason())
        .contains(token.credential().name())
        .doesNotContain("unregistered");
  }

  @Test
  void observingSaysWhereAnUnregisteredTokenWouldBeRevoked() {
    Rig.Token taken = rig.unregisteredToken();
    Rig.Token untaken = rig.unregisteredToken();
    rig.seal(taken, Rig.KIND);
    rig.seal(untaken, UNTAKEN);
    rig.start(Mode.OBSERVE);

    ContainmentOrder order = rig.contain(AGENT, taken, untaken);

    assertThat(rig.await(order, Step.REVOKE, OBSERVED).reason())
        .contains("unregistered " + Rig.KIND, Rig.AUTH);
    assertThat(rig.await(order, Step.REVOKE, FAILED).reason()).contains("No provider takes");
    assertThat(rig.server.revocations()).isZero();
  }
}
