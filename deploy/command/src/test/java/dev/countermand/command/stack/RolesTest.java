package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ConfigurationLoader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolesTest {
  @TempDir Path directory;

  @Test
  void aGatewayThatIsToSealAKindNobodyFindsSaysWhichWasMeant() {
    CountermandException refusal = refusal("github-pta: all");
    assertThat(refusal.code()).isEqualTo("SEAL_KIND_UNKNOWN");
    assertThat(refusal).hasMessageContaining("Did you mean \"github-pat\"?");
  }

  @Test
  void aGatewayThatIsToSealAndHasNoPublicKeySaysWhereItBelongsAndMakesNone() {
    CountermandException refusal = refusal("github-pat: all, postgresql-role: none");
    assertThat(refusal.code()).isEqualTo("SEALING_KEY_MISSING");
    assertThat(refusal)
        .hasMessageContaining(directory.resolve("keys/containment-public.json").toString());
    assertThat(directory.resolve("keys/containment-private.json")).doesNotExist();
  }

  @Test
  void containmentDoesNotRunOnTheOrdersOfAReplayAndOpensNoKeyForIt() {
    Roles roles =
        new Roles(
            ConfigurationLoader.read(
                "data: " + directory + "\nkafka: {topic-prefix: replay-case-17}", "test"),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            InstantSource.system());
    assertThat(catchThrowableOfType(CountermandException.class, roles::containment).code())
        .isEqualTo("REPLAY_NOT_CONTAINED");
    assertThat(directory.resolve("keys")).doesNotExist();
  }

  private CountermandException refusal(String kinds) {
    Roles roles =
        new Roles(
            ConfigurationLoader.read(
                "data: " + directory + "\ngateway: {seal: {kinds: {" + kinds + "}}}", "test"),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            InstantSource.system());
    return catchThrowableOfType(CountermandException.class, roles::gateway);
  }
}
