package dev.countermand.containment.openbao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of answers that a real server does not give when it is asked to. */
class VaultAnswersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String TOKEN = "revokers-own";

  @TempDir Path directory;
  private volatile HttpDouble.Answer answer =
      new HttpDouble.Answer(404, "{\"errors\":[\"no such route\"]}");
  private final HttpDouble server = new HttpDouble(request -> answer);
  private Credentials credentials;
  private Path file;

  @BeforeEach
  void keys() {
    credentials = new Credentials(directory.resolve("keys"));
    file = directory.resolve("token");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "200 | <html>welcome</html>",
        "200 | {}",
        "200 | {\"data\":null}",
        "200 | {\"data\":{}}",
        "404 | <html>not found</html>",
        "404 | {}",
        "404 | {\"errors\":[\"no handler for route\"]}",
        "403 | {\"errors\":[\"permission denied\"]}",
        "400 | {\"errors\":[\"invalid request\"]}",
        "503 | {\"errors\":[\"Vault is sealed\"]}"
      })
  void whatIsNoAnswerToTheQuestionProvesNothingDead(int status, String body) {
    for (Map<String, String> handle :
        List.of(
            Map.of("accessor", "a"),
            Map.of("lease", "db/creds/x/y"),
            Map.of("lease-prefix", "db/creds/x"))) {
      assertNotDead(new VaultRevokerFactory(), handle, status, body);
    }
    assertNotDead(new VaultEntityRevokerFactory(), Map.of("entity", "e"), status, body);
  }

  private void assertNotDead(
      RevokerFactory factory, Map<String, String> handle, int status, String body) {
    answer = new HttpDouble.Answer(status, body);
    try (Revoker revoker = create(factory, Map.of())) {
      Proof.Life life = revoker.verify(credentials.withoutSecret("x", "k", "vault", handle)).life();
      assertThat(life).as("%s of %s", body, handle).isEqualTo(Proof.Life.ALIVE);
    } catch (RevokerException e) {
      assertThat(e).hasMessageNotContaining("welcome").hasMessageNotContaining("sealed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>welcome</html>", "{}", "{\"data\":null}"})
  void aServerThatSaysNothingOfTheRevokersOwnTokenFailsTheCheck(String body) {
    answer = new HttpDouble.Answer(200, body);
    for (RevokerFactory factory :
        List.of(new VaultRevokerFactory(), new VaultEntityRevokerFactory())) {
      try (Revoker revoker = create(factory, Map.of())) {
        assertThat(fails(revoker::check).kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
      }
    }
  }

  /** The status differs from version to version. */
  @ParameterizedTest
  @CsvSource({"400", "403", "404"})
  void anInvalidAccessorIsDeadWhateverTheStatus(int status) {
    answer =
        new HttpDouble.Answer(
            status, "{\"errors\":[\"1 error occurred:\\n\\t* invalid accessor\\n\\n\"]}");
    Target target = credentials.withoutSecret("x", "k", "vault", Map.of("accessor", "a"));
    try (Revoker revoker = create(new VaultRevokerFactory(), Map.of())) {
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
    }
  }

  @Test
  void moreLeasesThanOneAnswerHoldsMakeThePlanIncompleteAndAreAlive() {
    String keys = "\"" + "a-lease-of-somebody/\",\"".repeat(60_000) + "last\"";
    answer = new HttpDouble.Answer(200, "{\"data\":{\"keys\":[" + keys + "]}}");
    Target target = credentials.withoutSecret("x", "k", "vault", Map.of("lease-prefix", "db/x"));
    try (Revoker revoker = create(new VaultRevokerFactory(), Map.of())) {
      Plan plan = revoker.plan(target);
      assertThat(plan.isWhole()).isFalse();
      assertThat(plan.blastRadius()).contains("more than 0 leases below db/x");
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    }
  }

  @Test
  void theTokenIsReadAnewForEveryCallAndTheNamespaceIsSent() throws IOException {
    try (Revoker revoker = create(new VaultRevokerFactory(), Map.of("namespace", "team/a"))) {
      assertThat(fails(revoker::check).kind()).isEqualTo(RevokerException.Kind.FINAL);
      Files.writeString(file, "renewed");
      assertThat(fails(revoker::check)).isNotNull();
      Files.delete(file);
      RevokerException error = fails(revoker::check);
      assertThat(error.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
      assertThat(error).hasMessageContaining("SECRET_UNREADABLE").hasNoCause();
    }
    assertThat(server.requests())
        .extracting(request -> request.header("X-Vault-Token"))
        .containsExactly(TOKEN, "renewed");
    assertThat(server.requests())
        .extracting(request -> request.header("X-Vault-Namespace"))
        .containsOnly("team/a");
  }

  @Test
  void anAddressWhereTheTokenWouldTravelInTheClearIsRefused() {
    Map<String, String> elsewhere = Map.of("url", "http://vault.example.com:8200");
    assertThatThrownBy(() -> create(new VaultRevokerFactory(), elsewhere).close())
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("containment.providers.vault.url");
  }

  private Revoker create(RevokerFactory factory, Map<String, String> more) {
    Map<String, Object> keys = new HashMap<>();
    keys.put("url", server.address().toString());
    keys.put("token", Providers.secret(file, TOKEN));
    keys.putAll(more);
    return factory.create(
        "vault", Providers.of(factory.type(), TIMEOUT, keys), new HttpCaller(TIMEOUT));
  }

  private static RevokerException fails(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }
}
