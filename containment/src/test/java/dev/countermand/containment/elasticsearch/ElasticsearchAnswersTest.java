package dev.countermand.containment.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of answers that a real server does not give when it is asked to. */
class ElasticsearchAnswersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String ID = "key-of-the-agent";

  @TempDir Path directory;
  private final HttpDouble server = new HttpDouble(request -> new HttpDouble.Answer(200, "{}"));
  private Revoker revoker;
  private Target target;

  @BeforeEach
  void aRevoker() {
    HttpCaller http = new HttpCaller(TIMEOUT);
    Map<String, String> token = Providers.secret(directory.resolve("token"), "revokers-own");
    revoker =
        new ElasticsearchRevokerFactory()
            .create(
                "search",
                Providers.of(
                    "elasticsearch",
                    TIMEOUT,
                    Map.of("url", server.address().toString(), "token", token)),
                http);
    Credentials credentials = new Credentials(directory.resolve("keys"));
    target =
        credentials.target(
            credentials.of(
                ID,
                "elasticsearch-api-key",
                "search",
                Map.of("api-key-id", ID),
                Credentials.freshSecret()));
  }

  @AfterEach
  void stop() {
    revoker.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"invalidated_api_keys\":[],\"previously_invalidated_api_keys\":[],\"error_count\":1}",
        "{}",
        "<html>welcome</html>"
      })
  void aYesThatDoesNotNameTheKeyIsTriedAgain(String body) {
    server.answerNext(200, body);
    RevokerException failed =
        catchThrowableOfType(RevokerException.class, () -> revoker.execute(target));
    assertThat(failed.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
  }

  @Test
  void aYesThatNamesNoKeyIsTriedAgainWhereTheKeyReadsBackAsValid() {
    server.answerNext(
        200,
        "{\"invalidated_api_keys\":[],\"previously_invalidated_api_keys\":[],\"error_count\":0}");
    server.answerNext(200, "{\"api_keys\":[{\"id\":\"" + ID + "\",\"invalidated\":false}]}");
    RevokerException failed =
        catchThrowableOfType(RevokerException.class, () -> revoker.execute(target));
    assertThat(failed.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
    assertThat(failed).hasMessageContaining("is valid all the same");
  }

  @Test
  void aKeyThatReadsBackAsInvalidatedAndIsStillLetInIsAlive() {
    server.answerNext(200, "{\"api_keys\":[{\"id\":\"" + ID + "\",\"invalidated\":true}]}");
    server.answerNext(200, "{}");
    Proof proof = revoker.verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("still let in");
  }
}
