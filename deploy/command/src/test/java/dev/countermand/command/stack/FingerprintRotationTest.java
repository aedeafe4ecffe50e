package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.Secret;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.Credential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.crypto.FingerprintKeys;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.LogReader;
import dev.countermand.runtime.kafka.TopicWriter;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotating the fingerprint key, on a real Kafka. */
final class FingerprintRotationTest {
  private static final Map<String, String> SECRETS =
      Map.of(
          "root", "0f9e8d7c-6b5a-4948" + "-b7a6-c5d4e3f2a1b0",
          "deploy", "correct-horse" + "-battery-9",
          "reports", "Tr0ub4dor" + "-and-3");

  @TempDir Path data;

  private Configuration config;
  private Registry registry;
  private TopicWriter writer;

  @BeforeEach
  void deploy() {
    config =
        ConfigurationLoader.read(
            """
            data: %s
            kafka: {bootstrap: "%s", topic-prefix: %s, partitions: 1}
            containment:
              providers:
                cloud: {type: oauth2}
            """
                .formatted(
                    data,
                    TestServers.kafka().bootstrapServers(),
                    KafkaProbe.uniqueName("rotation")),
            "test");
    registry = new Registry(config, InstantSource.system());
    writer = new TopicWriter(config.kafka());
    SECRETS.forEach((name, secret) -> registry.add(writer, description(name), secret));
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private static Registry.Description description(String name) {
    return new Registry.Description(
        name,
        "oauth2-token",
        "cloud",
        "platform",
        "production",
        List.of("destroy:volume"),
        Map.of("role", name),
        "alice");
  }

  private FingerprintRotation rotation(List<String> steps) {
    return new FingerprintRotation(config, InstantSource.system(), "alice", steps::add);
  }

  private Map<String, Credential> listed() {
    return registry.list().stream().collect(Collectors.toMap(Credential::name, one -> one));
  }

  private List<AuditEvent> audit(String operation) {
    return new LogReader(config.kafka().settings())
            .read(
                config.kafka().settings().topics().audit(),
                AuditEvent.CODEC,
                Duration.ofSeconds(20))
            .stream()
            .filter(event -> event.operation().equals(operation))
            .toList();
  }

  @Test
  void everyCredentialIsRegisteredUnderTheNewKeyAndItsCopyOpens() {
    Map<String, Credential> before = listed();

    FingerprintRotation.Summary rotated = rotation(new ArrayList<>()).rotate(writer);

    assertThat(rotated.changed()).containsExactlyInAnyOrderElementsOf(SECRETS.keySet());
    assertThat(rotated.registerAgain()).isEmpty();
    assertThat(registry.all()).as("old and new").hasSize(2 * SECRETS.size());
    Sealing.Opener opener = Sealing.opener(config.keys());
    FingerprintKeys.Ring ring = FingerprintKeys.at(config.fingerprintKey()).ring();
    assertThat(ring.previous().id()).isEqualTo(rotated.previous());
    listed()
        .forEach(
            (name, credential) -> {
              assertThat(credential.keyId()).isEqualTo(rotated.current());
              assertThat(credential.fingerprint())
                  .isEqualTo(ring.current().fingerprint(SECRETS.get(name)));
              assertThat(credential.previous()).containsExactly(before.get(name).fingerprint());
              assertThat(credential.length()).isEqualTo(SECRETS.get(name).length());
              assertThat(credential.handle()).isEqualTo(Map.of("role", name));
              assertThat(opener.open(credential.sealed(), credential.fingerprint()))
                  .isEqualTo(SECRETS.get(name));
            });
    assertThat(audit("fingerprint-key-rotate"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.subject()).isEqualTo(rotated.previous() + " " + rotated.current());
              assertThat(event.agentId()).isNull();
              assertThat(event.via()).isEqualTo("cli");
            });

    assertThat(registry.fingerprints(List.of("root")))
        .as("a task that is opened now covers what any gateway tells")
        .containsExactly(listed().get("root").fingerprint(), before.get("root").fingerprint());

    assertThat(rotation(new ArrayList<>()).rotate(writer).changed()).as("again").isEmpty();

    FingerprintRotation.Summary finished = rotation(new ArrayList<>()).finish(writer);
    assertThat(finished.changed()).hasSize(SECRETS.size());
    assertThat(registry.all()).extracting(Credential::keyId).containsOnly(rotated.current());
    assertThat(FingerprintKeys.at(config.fingerprintKey()).ring().previous()).isNull();
    assertThat(audit("fingerprint-key-finish")).hasSize(1);
    assertThat(rotation(new ArrayList<>()).finish(writer).changed()).as("again").isEmpty();
    assertThat(registry.fingerprints(List.of(before.get("root").fingerprint())))
        .as("a task may still be given it by its old fingerprint")
        .containsExactly(listed().get("root").fingerprint());
  }

  @Test
  void whoIsInterruptedAtAnyStepCompletesItByDoingItAgain() {
    List<String> all = new ArrayList<>();
    rotation(all).rotate(writer);
    rotation(all).finish(writer);
    int steps = all.size();
    assertThat(steps).isGreaterThan(8);

    for (int stop = 1; stop <= steps; stop++) {
      Set<String> keys = new TreeSet<>();
      Map<String, Credential> before = listed();
      List<String> taken = new ArrayList<>();
      int last = stop;
      FingerprintRotation dying =
          new FingerprintRotation(
              config,
              InstantSource.system(),
              "alice",
              step -> {
                taken.add(step);
                keys.add(FingerprintKeys.at(config.fingerprintKey()).ring().current().id());
                if (taken.size() == last) {
                  throw new IllegalStateException("killed");
                }
              });
      boolean finishing = false;
      try {
        dying.rotate(writer);
        finishing = true;
        dying.finish(writer);
      } catch (IllegalStateException killed) {
        assertThat(killed).hasMessage("killed");
      }
      nothingIsLost(before);

      if (!finishing) {
        rotation(new ArrayList<>()).rotate(writer);
        nothingIsLost(before);
      }
      rotation(new ArrayList<>()).finish(writer);

      String current = FingerprintKeys.at(config.fingerprintKey()).ring().current().id();
      keys.add(current);
      assertThat(keys).as("interrupted at step %s: %s", stop, taken).hasSizeLessThanOrEqualTo(2);
      assertThat(FingerprintKeys.at(config.fingerprintKey()).ring().previous()).isNull();
      assertThat(registry.all()).hasSize(SECRETS.size());
      listed()
          .forEach(
              (name, credential) -> {
                assertThat(credential.keyId()).isEqualTo(current);
                assertThat(credential.previous())
                    .startsWith(before.get(name).fingerprint())
                    .hasSizeLessThanOrEqualTo(Credential.MAX_PREVIOUS);
              });
    }
  }

  /** At every moment the redactor knows the secrets, and the registry what it tells of them. */
  private void nothingIsLost(Map<String, Credential> before) {
    List<Credential> all = registry.all();
    Redactor redactor =
        Redactors.of(config, dev.countermand.collectors.redact.CredentialIndex.of(all));
    SECRETS.forEach(
        (name, secret) -> {
          List<Secret> found = redactor.redact("say " + secret + " now").secrets();
          assertThat(found).as(name).hasSize(1);
          String fingerprint = found.get(0).fingerprint();
          String previous = found.get(0).keyed().previous();
          assertThat(all)
              .as("%s as the gateway tells of it", name)
              .anyMatch(
                  credential ->
                      credential.fingerprint().equals(fingerprint)
                          || credential.fingerprint().equals(previous));
          assertThat(all)
              .as("%s as earlier events tell of it", name)
              .anyMatch(one -> one.hasFingerprint(before.get(name).fingerprint()));
        });
  }

  @Test
  void withoutThePrivateKeyNothingIsChanged() throws IOException {
    Files.delete(config.keys().resolve("containment-private.json"));
    String key = Files.readString(config.fingerprintKey());

    CountermandException refusal =
        catchThrowableOfType(
            CountermandException.class, () -> rotation(new ArrayList<>()).rotate(writer));

    assertThat(refusal.code()).isEqualTo("SEALING_KEY_ABSENT");
    assertThat(Files.readString(config.fingerprintKey())).isEqualTo(key);
    assertThat(FingerprintKeys.previousOf(config.fingerprintKey())).doesNotExist();
    assertThat(audit("fingerprint-key-rotate")).isEmpty();
    assertThat(registry.all()).hasSize(SECRETS.size());
  }

  @Test
  void whatHasNoSealedCopyIsToBeRegisteredAgainAndIsNotForgotten() {
    Credential root = listed().get("root");
    writer.write(
        config.kafka().settings().topics().credentials(),
        root.fingerprint(),
        Credential.CODEC,
        unsealed(root));

    FingerprintRotation.Summary rotated = rotation(new ArrayList<>()).rotate(writer);
    assertThat(rotated.registerAgain()).containsExactly("root");
    assertThat(rotated.changed()).containsExactlyInAnyOrder("deploy", "reports");
    assertThat(listed().get("root").fingerprint()).isEqualTo(root.fingerprint());

    Credential again = registry.add(writer, description("root"), SECRETS.get("root"));
    assertThat(again.previous()).containsExactly(root.fingerprint());
    assertThat(listed().get("root").fingerprint()).isEqualTo(again.fingerprint());
    assertThat(rotation(new ArrayList<>()).finish(writer).registerAgain()).isEmpty();
    assertThat(registry.all()).hasSize(SECRETS.size());
  }

  @Test
  void theOverlapDoesNotEndBeforeEverythingIsRegisteredAnew() {
    List<String> steps = new ArrayList<>();
    FingerprintRotation dying =
        new FingerprintRotation(
            config,
            InstantSource.system(),
            "alice",
            step -> {
              steps.add(step);
              if (steps.size() == 5) {
                throw new IllegalStateException("killed");
              }
            });
    catchThrowableOfType(IllegalStateException.class, () -> dying.rotate(writer));

    assertThat(
            catchThrowableOfType(
                    CountermandException.class, () -> rotation(new ArrayList<>()).finish(writer))
                .code())
        .isEqualTo("KEY_ROTATION_INCOMPLETE");
    assertThat(FingerprintKeys.previousOf(config.fingerprintKey())).exists();
  }

  private static Credential unsealed(Credential credential) {
    return new Credential(
        credential.fingerprint(),
        credential.keyId(),
        credential.time(),
        credential.name(),
        credential.kind(),
        credential.provider(),
        credential.owner(),
        credential.environment(),
        credential.capabilities(),
        credential.handle(),
        null,
        null,
        List.of(),
        credential.registeredBy(),
        Extra.NONE);
  }
}
