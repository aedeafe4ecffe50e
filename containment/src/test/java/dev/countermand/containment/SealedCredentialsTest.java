package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Credential;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.config.ContainmentSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SealedCredentialsTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final ContainmentSettings CONFIG =
      ConfigurationLoader.read(
              "containment: {providers: {github: {type: oauth2, kinds: [github-pat]}}}", "test")
          .containment();

  private Instant now = NOON;
  private final SealedCredentials sealed = new SealedCredentials(CONFIG, () -> now, 3, 1_000);

  @Test
  void aTokenHasTheProviderOfItsKindAndBeforeItIsKnownNone() {
    assertThat(sealed.find(fingerprint(1))).isEmpty();
    put(1, "github-pat", "copy");
    put(2, "npm-token", "copy");

    assertThat(sealed.find(fingerprint(1))).map(Credential::provider).contains("github");
    assertThat(sealed.find(fingerprint(1))).map(Credential::sealed).contains("copy");
    assertThat(sealed.find(fingerprint(2))).map(Credential::provider).contains(Credential.BY_KIND);
  }

  @Test
  void theNewestAreKeptAndOneThatComesAgainIsNew() {
    put(1, "github-pat", "copy");
    put(2, "github-pat", "copy");
    put(3, "github-pat", "copy");
    put(1, "github-pat", "copy");
    put(4, "github-pat", "copy");

    assertThat(sealed.count()).isEqualTo(3);
    assertThat(sealed.find(fingerprint(2))).isEmpty();
    assertThat(List.of(1, 3, 4)).allMatch(n -> sealed.find(fingerprint(n)).isPresent());
  }

  @Test
  void longCopiesPushOutMore() {
    put(1, "github-pat", "c".repeat(400));
    put(2, "github-pat", "c".repeat(400));
    put(3, "github-pat", "c".repeat(400));
    assertThat(sealed.count()).isEqualTo(2);
    put(3, "github-pat", "c".repeat(900));
    assertThat(sealed.count()).isEqualTo(1);
    put(4, "github-pat", "c".repeat(2_000));
    assertThat(sealed.count()).isZero();
    put(5, "github-pat", "copy");
    assertThat(sealed.count()).isEqualTo(1);
  }

  @Test
  void whatIsOlderThanTheTopicKeepsIsForgotten() {
    put(1, "github-pat", "copy");
    now = NOON.plus(Topics.SEALED);
    assertThat(sealed.find(fingerprint(1))).isPresent();
    now = now.plusMillis(1);
    assertThat(sealed.find(fingerprint(1))).isEmpty();
    put(2, "github-pat", "copy");
    assertThat(sealed.count()).isEqualTo(1);
  }

  @Test
  void aRemovalRemoves() {
    put(1, "github-pat", "copy");
    sealed.put(fingerprint(1), null);
    assertThat(sealed.count()).isZero();
  }

  @Test
  void aRecordThatCouldRevokeSomethingElseIsNotTaken() {
    Credential usual = credential(1, "github-pat", "copy");
    sealed.put(fingerprint(2), usual);
    sealed.put(fingerprint(1), with(Map.of("role", "admin"), "copy"));
    sealed.put(fingerprint(1), with(Map.of(), null));
    assertThat(sealed.count()).isZero();

    sealed.put(fingerprint(1), usual.at("elsewhere"));
    assertThat(sealed.find(fingerprint(1))).map(Credential::provider).contains("github");
  }

  private void put(int number, String kind, String copy) {
    sealed.put(fingerprint(number), credential(number, kind, copy));
  }

  private Credential credential(int number, String kind, String copy) {
    return Credential.unregistered(fingerprint(number), "key", now, kind, copy, "builder");
  }

  private static Credential with(
      Map<String, String> handle, @org.jspecify.annotations.Nullable String copy) {
    return new Credential(
        fingerprint(1),
        "key",
        NOON,
        "unregistered github-pat",
        "github-pat",
        Credential.BY_KIND,
        null,
        "unknown",
        List.of(),
        handle,
        copy,
        "gateway builder",
        Extra.NONE);
  }

  private static String fingerprint(int number) {
    return "%032x".formatted(number);
  }
}
