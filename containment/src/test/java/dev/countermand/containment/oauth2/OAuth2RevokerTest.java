package dev.countermand.containment.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Credential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OAuth2RevokerTest extends RevokerContract {
  @TempDir Path directory;
  private AuthorizationServer server;
  private Credentials credentials;

  @BeforeEach
  void start() {
    server = new AuthorizationServer();
    credentials = new Credentials(directory.resolve("keys"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Revoker revoker() {
    return revokerAt(server.port(), Duration.ofSeconds(5));
  }

  @Override
  protected Revoker revokerAt(int port, Duration timeout) {
    URI base = URI.create("http://127.0.0.1:" + port + "/");
    return create(base.resolve("revoke"), base.resolve("introspect"), timeout);
  }

  @Override
  protected Target freshTarget() {
    Target target = unknownTarget();
    server.issue(target.secret().orElseThrow());
    return target;
  }

  @Override
  protected boolean works(Target target) {
    return server.isActive(target.secret().orElseThrow());
  }

  @Override
  protected Target unknownTarget() {
    return credentials.target(
        credentials.of("token", "oauth2-token", "auth", Map.of(), Credentials.freshSecret()));
  }

  @Override
  protected boolean givesBack() {
    return false;
  }

  @Test
  void anAnswerOf200ProvesNothing() {
    server.lie();
    Target target = freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void aBusyServerCanBeTriedAgain(int status) {
    Target target = freshTarget();
    server.fail(1, status, "");
    assertThat(failure(target).kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
    assertThat(works(target)).isTrue();
  }

  @Test
  void thePauseThatABusyServerAsksForIsKept() {
    server.askForPause("7");
    server.fail(1, 503, "");
    assertThat(failure(freshTarget()).retryAfter()).contains(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "99999999999"})
  void aPauseThatCannotBeReadIsNone(String words) {
    server.askForPause(words);
    server.fail(1, 503, "");
    assertThat(failure(freshTarget()).retryAfter()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 302, 204})
  void anyOtherAnswerNeedsSomebodyToChangeSomething(int status) {
    Target target = freshTarget();
    server.fail(1, status, "");
    assertThat(failure(target).kind()).isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void aServerThatEchoesTheTokenIsNotQuoted() {
    Target target = freshTarget();
    String token = target.secret().orElseThrow();
    server.fail(1, 400, "{\"error\":\"" + token + "\",\"error_description\":\"" + token + "\"}");
    assertThat(failure(target).getMessage()).contains("400").doesNotContain(token);
  }

  @Test
  void aWrongClientSecretFailsTheCheckForGood() {
    server.fail(1, 401, "{\"error\":\"invalid_client\"}");
    assertThat(catchThrowableOfType(RevokerException.class, () -> revoker().check()).kind())
        .isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void theErrorCodeOfTheStandardIsQuoted() {
    Target target = freshTarget();
    server.fail(1, 400, "{\"error\":\"unsupported_token_type\"}");
    assertThat(failure(target).getMessage()).contains("unsupported_token_type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"active\":\"false\"}", "{\"active\":null}"})
  void anIntrospectionThatIsNoneIsNoProof(String body) {
    Target target = freshTarget();
    server.fail(1, 200, body);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
  }

  @Test
  void aRefreshTokenIsAnnouncedAsOne() {
    String secret = Credentials.freshSecret();
    server.issue(secret);
    revoker()
        .execute(
            credentials.target(
                credentials.of("r", "oauth2-refresh-token", "auth", Map.of(), secret)));
    assertThat(server.hints()).containsExactly("refresh_token");
    assertThat(server.isActive(secret)).isFalse();
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
    assertThat(failure(credentials.target(bare)).kind()).isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void aTokenSealedToAnotherKeyFailsForGood() {
    Credential foreign =
        new Credentials(directory.resolve("other"))
            .of("foreign", "oauth2-token", "auth", Map.of(), Credentials.freshSecret());
    RevokerException error = failure(credentials.target(foreign));
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
    assertThatThrownBy(() -> create(uri, server.introspection(), Duration.ofSeconds(1)))
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
    assertThat(create(URI.create(endpoint), server.introspection(), Duration.ofSeconds(1)))
        .isNotNull();
  }

  private RevokerException failure(Target target) {
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(target));
    assertThat(error).isNotNull();
    return error;
  }

  private Revoker create(URI revocation, URI introspection, Duration timeout) {
    return new OAuth2RevokerFactory()
        .create(
            "auth",
            Providers.of(
                "oauth2",
                timeout,
                Map.of(
                    "revocation-endpoint", revocation.toString(),
                    "introspection-endpoint", introspection.toString(),
                    "client-id", AuthorizationServer.CLIENT,
                    "client-secret",
                        Providers.secret(
                            directory.resolve("client.secret"), AuthorizationServer.SECRET))),
            new HttpCaller(timeout));
  }
}
