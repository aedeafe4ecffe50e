package dev.countermand.collectors.gateway;

import static dev.countermand.runtime.config.GatewaySettings.SealPolicy.ALL;
import static dev.countermand.runtime.config.GatewaySettings.SealPolicy.NONE;
import static dev.countermand.runtime.config.GatewaySettings.SealPolicy.REGISTERED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.crypto.FingerprintKey;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.CredentialSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedTokensTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  @TempDir Path data;
  private KafkaSettings kafka;
  private KafkaProbe probe;

  @BeforeEach
  void prepare() {
    kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    probe = new KafkaProbe(TestServers.kafka());
  }

  @AfterEach
  void end() {
    probe.close();
  }

  @Test
  void aTokenThatIsSeenThreeTimesIsSealedOnceAndOpensForItsFingerprintOnly() throws Exception {
    String token = token("gh" + "p_");
    Sealing.Opener opener = Sealing.opener(data.resolve("keys"));
    try (GatewayFixture gateway = start(kafka, Map.of("github-pat", ALL))) {
      gateway.attempt("curl -H 'Authorization: token " + token + "' https://api.example");
      gateway.attempt("echo " + token);
      gateway.action(
          "{\"session\":\"s\",\"phase\":\"notice\",\"input\":{\"text\":\"it is " + token + "\"}}");

      List<Action> actions = GatewayFixture.actions(probe, kafka, 3);
      assertThat(actions)
          .flatExtracting(Action::credentials)
          .hasSize(3)
          .extracting(CredentialMention::kind)
          .containsOnly("github-pat");
      Credential sealed = sealed(1).get(0);
      assertThat(sealed.fingerprint())
          .isEqualTo(fingerprint(token))
          .isEqualTo(actions.get(0).credentials().get(0).fingerprint());
      assertThat(sealed.name())
          .isEqualTo("unregistered github-pat " + fingerprint(token).substring(0, 8));
      assertThat(sealed.kind()).isEqualTo("github-pat");
      assertThat(sealed.provider()).isEqualTo(Credential.BY_KIND);
      assertThat(sealed.environment()).isEqualTo("unknown");
      assertThat(sealed.registeredBy()).isEqualTo("gateway builder");
      String copy = String.valueOf(sealed.sealed());
      assertThat(opener.open(copy, fingerprint(token))).isEqualTo(token);
      assertThat(
              catchThrowableOfType(
                      CountermandException.class, () -> opener.open(copy, fingerprint("other")))
                  .code())
          .isEqualTo("SEAL_BROKEN");
      assertThat(gateway.count("countermand.gateway.seals", "outcome", "sealed")).isEqualTo(1);
    }
    for (String topic : probe.topics()) {
      if (topic.startsWith(kafka.topics().prefix())) {
        assertThat(probe.readAll(topic))
            .as(topic)
            .noneMatch(message -> String.valueOf(message.value()).contains(token));
      }
    }
  }

  @Test
  void whatIsSealedWhenPeopleRegisterItOrNeverIsNotSealedWhenItIsSeen() throws Exception {
    String sealed = token("gh" + "p_");
    Sealing.opener(data.resolve("keys"));
    try (GatewayFixture gateway =
        start(kafka, Map.of("github-pat", ALL, "github-oauth", REGISTERED, "npm-token", NONE))) {
      gateway.attempt("echo " + token("gh" + "o_"));
      gateway.attempt("echo " + token("npm" + "_"));
      gateway.attempt("echo " + token("gl" + "pat-"));
      gateway.attempt("echo " + sealed);

      assertThat(sealed(1)).extracting(Credential::fingerprint).containsOnly(fingerprint(sealed));
      assertThat(GatewayFixture.actions(probe, kafka, 4))
          .flatExtracting(Action::credentials)
          .hasSize(4);
    }
  }

  @Test
  void aRegisteredTokenIsNotSealed() throws Exception {
    String registered = token("gh" + "p_");
    String other = token("gh" + "p_");
    Sealing.opener(data.resolve("keys"));
    register(registered);
    try (GatewayFixture gateway = start(kafka, Map.of("github-pat", ALL))) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> gateway.get("/health").body().at("/views/credentials").asBoolean());
      gateway.attempt("echo " + registered);
      gateway.attempt("echo " + other);

      assertThat(sealed(1)).extracting(Credential::fingerprint).containsOnly(fingerprint(other));
    }
  }

  @Test
  void ofOneActionOnlySoManyAreSealedAndTheOthersAtTheNextSighting() throws Exception {
    String many =
        Stream.generate(() -> token("gh" + "p_")).limit(20).collect(Collectors.joining(" "));
    Sealing.opener(data.resolve("keys"));
    try (GatewayFixture gateway = start(kafka, Map.of("github-pat", ALL))) {
      gateway.attempt("echo " + many);
      assertThat(sealed(SealDesk.MAX_PER_ACTION)).hasSize(SealDesk.MAX_PER_ACTION);
      assertThat(gateway.count("countermand.gateway.seals", "outcome", "too-many")).isEqualTo(1);

      gateway.attempt("echo " + many);
      assertThat(sealed(20))
          .extracting(Credential::fingerprint)
          .hasSize(20)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void whatIsSealedWhileKafkaIsAwayComesThereLater() throws Exception {
    String token = token("gh" + "p_");
    Sealing.opener(data.resolve("keys"));
    KafkaSettings nowhere =
        new KafkaSettings("127.0.0.1:" + GatewayFixture.freePort(), kafka.topics(), Map.of());
    try (GatewayFixture gateway = start(nowhere, Map.of("github-pat", ALL))) {
      assertThat(gateway.attempt("echo " + token).permission()).isEqualTo("none");
    }
    assertThat(probe.readAll(kafka.topics().sealedCredentials())).isEmpty();

    try (GatewayFixture gateway = start(kafka, Map.of("github-pat", ALL))) {
      assertThat(sealed(1)).extracting(Credential::fingerprint).containsOnly(fingerprint(token));
      assertThat(gateway.count("countermand.gateway.seals")).isZero();
    }
  }

  @Test
  void anAttemptIsAnsweredThoughNoSealedCopyCanBeKept() throws Exception {
    String token = token("gh" + "p_");
    Sealing.opener(data.resolve("keys"));
    KafkaSettings nowhere =
        new KafkaSettings("127.0.0.1:" + GatewayFixture.freePort(), kafka.topics(), Map.of());
    try (GatewayFixture gateway =
        GatewayFixture.start(
            nowhere,
            data,
            GatewayFixture.config(
                data,
                Duration.ofSeconds(1),
                100,
                new GatewaySettings.Seal(null, Map.of("github-pat", ALL))),
            Duration.ofMillis(500))) {
      assertThat(gateway.attempt("echo " + token).permission()).isEqualTo("none");
      assertThat(gateway.attempt("echo " + token).permission()).isEqualTo("none");
      // A copy that was not kept is tried again at the next sighting.
      assertThat(gateway.count("countermand.gateway.seals", "outcome", "failed")).isEqualTo(2);
    }
  }

  @Test
  void aGatewayThatIsToSealAndHasNoPublicKeyDoesNotStart() throws Exception {
    CountermandException refusal =
        catchThrowableOfType(
            CountermandException.class, () -> start(kafka, Map.of("github-pat", ALL)));
    assertThat(refusal.code()).isEqualTo("SEALING_KEY_MISSING");
    assertThat(refusal).hasMessageContaining("containment-public.json");

    start(kafka, Map.of("github-pat", NONE)).close();
    Sealing.opener(data.resolve("keys"));
    start(kafka, Map.of("github-pat", ALL)).close();
  }

  private GatewayFixture start(
      KafkaSettings settings, Map<String, GatewaySettings.SealPolicy> kinds) throws Exception {
    return GatewayFixture.start(
        settings,
        data,
        GatewayFixture.config(
            data, Duration.ofMillis(200), 1 << 30, new GatewaySettings.Seal(null, kinds)),
        settings == kafka ? PATIENCE : Duration.ofMillis(500));
  }

  private List<Credential> sealed(int atLeast) {
    return probe.awaitAtLeast(kafka.topics().sealedCredentials(), atLeast).stream()
        .map(
            message -> {
              Credential credential =
                  Credential.CODEC.decode(
                      String.valueOf(message.value()).getBytes(StandardCharsets.UTF_8));
              assertThat(message.key()).isEqualTo(credential.fingerprint());
              return credential;
            })
        .toList();
  }

  private void register(String token) {
    Credential credential =
        CredentialSample.of(fingerprint(token), Instant.now())
            .name("deploy-token")
            .kind("github-pat")
            .provider("github")
            .owner(null)
            .build();
    probe.produce(
        kafka.topics().credentials(),
        credential.fingerprint(),
        new String(Credential.CODEC.encode(credential), StandardCharsets.UTF_8));
  }

  private String fingerprint(String token) {
    return FingerprintKey.at(GatewayFixture.fingerprintKey(data)).fingerprint(token);
  }

  private static String token(String prefix) {
    return prefix
        + new SecureRandom()
            .ints(36, 0, LETTERS.length())
            .mapToObj(i -> LETTERS.substring(i, i + 1))
            .collect(Collectors.joining());
  }
}
