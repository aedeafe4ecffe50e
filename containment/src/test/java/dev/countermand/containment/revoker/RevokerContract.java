package dev.countermand.containment.revoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every revoker must do, against a real provider. */
public abstract class RevokerContract {
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** A revoker of the real provider. */
  protected abstract Revoker revoker();

  /** A revoker of a provider at another port of this machine, with a timeout. */
  protected abstract Revoker revokerAt(int port, Duration timeout);

  /** A credential that works. */
  protected abstract Target freshTarget();

  /** Uses the credential. */
  protected abstract boolean works(Target target);

  /** A credential that the provider never had. */
  protected abstract Target unknownTarget();

  /** Whether credentials of this provider can be given back. */
  protected abstract boolean givesBack();

  @Test
  final void aProviderThatAnswersPassesTheCheck() {
    assertThatCode(() -> revoker().check()).doesNotThrowAnyException();
  }

  @Test
  final void planningChangesNothing() {
    Target target = freshTarget();
    assertThat(revoker().plan(target)).isEqualTo(revoker().plan(target));
    assertThat(works(target)).isTrue();
  }

  @Test
  final void aLiveCredentialIsNotCalledDead() {
    Target target = freshTarget();
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  final void whatIsRevokedIsDeadAndProvedDead() {
    Target target = freshTarget();
    assertThat(works(target)).isTrue();
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(works(target)).isFalse();
  }

  @Test
  final void oneRevocationLeavesOtherCredentialsAlone() {
    Target target = freshTarget();
    Target other = freshTarget();
    revoker().execute(target);
    assertThat(works(other)).isTrue();
  }

  @Test
  final void revokingTwiceIsFine() {
    Target target = freshTarget();
    revoker().execute(target);
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  final void whatIsGivenBackWorksOrItIsSaidWhatToDoInstead() {
    Target target = freshTarget();
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    Restoration restoration = revoker().undo(target, prior);
    assertThat(works(target)).isEqualTo(givesBack());
    assertThat(restoration.result())
        .isEqualTo(givesBack() ? Restoration.Result.RESTORED : Restoration.Result.IMPOSSIBLE);
    assertThat(restoration.detail()).isNotBlank();
  }

  @Test
  final void givingBackNeedsNoRegistration() {
    Target target = freshTarget();
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    revoker().undo(Target.unregistered(target.fingerprint()), prior);
    assertThat(works(target)).isEqualTo(givesBack());
  }

  @Test
  final void anUnknownCredentialIsProvedDeadOrFailsForGood() {
    Target target = unknownTarget();
    try {
      revoker().plan(target);
      revoker().execute(target);
      assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    } catch (RevokerException e) {
      assertThat(e.kind()).isEqualTo(RevokerException.Kind.FINAL);
    }
  }

  @Test
  final void aProviderThatIsAwayCanBeTriedAgain() throws IOException {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closedPort = socket.getLocalPort();
    }
    Target target = freshTarget();
    try (Revoker away = revokerAt(closedPort, SHORT)) {
      failsRetryable(Revoker::check, away, target);
      failsRetryable(r -> r.execute(target), away, target);
      failsRetryable(r -> r.verify(target), away, target);
    }
  }

  @Test
  final void aProviderThatNeverAnswersIsGivenUpAtTheDeadline() throws IOException {
    Target target = freshTarget();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Revoker slow = revokerAt(silent.getLocalPort(), SHORT)) {
      long start = System.nanoTime();
      failsRetryable(r -> r.execute(target), slow, target);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }
  }

  private static void failsRetryable(Consumer<Revoker> call, Revoker revoker, Target target) {
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> call.accept(revoker));
    assertThat(error).isNotNull();
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
    assertThat(error).hasNoCause();
    assertThat(error.getMessage()).doesNotContain(target.secret().orElseThrow());
  }
}
