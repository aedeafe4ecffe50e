package dev.countermand.containment.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Credential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OAuth2RevokerTest extends HttpRevokerContract {
  @TempDir Path directory;
  @AutoClose private OAuth2RevokerRig rig;

  @BeforeEach
  void start() {
    rig = new OAuth2RevokerRig(directory);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void aBusyServerCanBeTriedAgain(int status) {
    Target target = rig.freshTarget();
    rig.server.fail(1, status, "");
    assertThat(failure(target).kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
    assertThat(rig.works(target)).isTrue();
  }

  @Test
  void thePauseThatABusyServerAsksForIsKept() {
    rig.server.askForPause("7");
    rig.server.fail(1, 503, "");
    assertThat(failure(rig.freshTarget()).retryAfter()).contains(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "99999999999"})
  void aPauseThatCannotBeReadIsNone(String words) {
    rig.server.askForPause(words);
    rig.server.fail(1, 503, "");
    assertThat(failure(rig.freshTarget()).retryAfter()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 302, 204})
  void anyOtherAnswerNeedsSomebodyToChangeSomething(int status) {
    Target target = rig.freshTarget();
    rig.server.fail(1, status, "");
    assertThat(failure(target).kind()).isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void aServerThatEchoesTheTokenIsNotQuoted() {
    Target target = rig.freshTarget();
    String token = target.secret().orElseThrow();
    rig.server.fail(
        1, 400, "{\"error\":\"" + token + "\",\"error_description\":\"" + token + "\"}");
    assertThat(failure(target).getMessage()).contains("400").doesNotContain(token);
  }

  @Test
  void aWrongClientSecretFailsTheCheckForGood() {
    rig.server.fail(1, 401, "{\"error\":\"invalid_client\"}");
    assertThat(catchThrowableOfType(RevokerException.class, () -> revoker().check()).kind())
        .isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void theErrorCodeOfTheStandardIsQuoted() {
    Target target = rig.freshTarget();
    rig.server.fail(1, 400, "{\"error\":\"unsupported_token_type\"}");
    assertThat(failure(target).getMessage()).contains("unsupported_token_type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"active\":\"false\"}", "{\"active\":null}"})
  void anIntrospectionThatIsNoneIsNoProof(String body) {
    Target target = rig.freshTarget();
    rig.server.fail(1, 200, body);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
  }

  @Test
  void aRefreshTokenIsAnnouncedAsOne() {
    String secret = Credentials.freshSecret();
    rig.server.issue(secret);
    revoker()
        .execute(
            rig.credentials.target(
                rig.credentials.of("r", "oauth2-refresh-token", "auth", Map.of(), secret)));
    assertThat(rig.server.hints()).containsExactly("refresh_token");
    assertThat(rig.server.isActive(secret)).isFalse();
  }

  @Test
  void aCredentialWithoutItsTokenFailsForGood() {
    Credential bare =
        new Credential(
            "00ff",
            "k1",
            Instant.EPOCH,
            "bare",
            "oauth2-token",
            "auth",
            null,
            "production",
            List.of(),
            Map.of(),
            null,
            "test",
            Extra.NONE);
    assertThat(failure(rig.credentials.target(bare)).kind()).isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void aTokenSealedToAnotherKeyFailsForGood() {
    Credential foreign =
        new Credentials(directory.resolve("other"))
            .of("foreign", "oauth2-token", "auth", Map.of(), Credentials.freshSecret());
    RevokerException error = failure(rig.credentials.target(foreign));
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error.getMessage()).contains("SEAL_BROKEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://auth.example.com/revoke",
        "http://127.0.0.1.example.com/revoke",
        "http://127.1/revoke",
        "https://user@auth.example.com/revoke",
        "ftp://127.0.0.1/revoke",
        "https:/revoke"
      })
  void tokensTravelOnlyOverHttpsOrOnThisMachine(String endpoint) {
    URI uri = URI.create(endpoint);
    assertThatThrownBy(() -> rig.create(uri, rig.server.introspection(), Duration.ofSeconds(1)))
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("containment.providers.auth.revocation-endpoint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://auth.example.com/revoke",
        "http://localhost:8080/revoke",
        "http://127.0.0.1/revoke",
        "http://[::1]:9/revoke"
      })
  void httpsAndThisMachineAreAccepted(String endpoint) {
    assertThat(rig.create(URI.create(endpoint), rig.server.introspection(), Duration.ofSeconds(1)))
        .isNotNull();
  }

  private RevokerException failure(Target target) {
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(target));
    assertThat(error).isNotNull();
    return error;
  }
}
