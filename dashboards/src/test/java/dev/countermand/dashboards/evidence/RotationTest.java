package dev.countermand.dashboards.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Checkpoint;
import dev.countermand.runtime.CountermandException;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notary's key is replaced while it signs, on a real Kafka. */
final class RotationTest {
  @TempDir Path directory;
  private EvidenceRig rig;
  private Path stolen;

  @BeforeEach
  void rotate() throws IOException {
    rig = new EvidenceRig(TestServers.kafka().bootstrapServers(), directory);
    stolen = Files.createDirectories(directory.resolve("stolen"));
    rig.notary();
    rig.act(0, 7);
    rig.awaitSigned(6);
    for (String file : new String[] {"evidence.json", NotaryKey.PUBLIC_FILE}) {
      Files.copy(rig.keys.resolve(file), stolen.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    NotaryKey.prepareNext(rig.keys);
    Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> !NotaryKey.hasNext(rig.keys));
    rig.act(7, 14);
    rig.awaitSigned(13);
    rig.stop();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void whatBothKeysSignedIsCompleteForWhoTrustsTheFirst() throws IOException {
    EvidenceRig.Result result = rig.verifyWithFiles();
    assertThat(result.told()).isEmpty();
    assertThat(result.of(rig.actions, 0).unchanged()).isEqualTo(14);
    assertThat(
            rig.records(rig.kafka.topics().checkpoints()).stream()
                .map(one -> Checkpoint.CODEC.decode(one.value()).key())
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(NotaryKey.in(stolen).id(), NotaryKey.in(rig.keys).id());
    assertThat(Files.readString(rig.keys.resolve(NotaryKey.PUBLIC_FILE)))
        .contains(NotaryKey.in(stolen).publicLine());
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(rig.keys.resolve("evidence.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void theOldKeyUsedAfterItsRotationIsNamedAndTheNotaryDoesNotUseIt() throws IOException {
    NotaryKey old = NotaryKey.in(stolen);
    PublicKeys trusted = PublicKeys.read(stolen.resolve(NotaryKey.PUBLIC_FILE));
    sign(old, trusted);

    EvidenceRig.Result result = rig.verify();

    assertThat(result.told()).isNotEmpty().allMatch(told -> told.startsWith("checkpoint-forged"));
    assertThat(result.problems())
        .allSatisfy(
            one ->
                assertThat(one.text())
                    .contains("the key " + old.id(), "replaced when the log had 7 record(s)"));
    assertThat(result.of(rig.actions, 0).unchanged()).isEqualTo(14);

    Files.move(
        stolen.resolve("evidence.json"),
        rig.keys.resolve("evidence.json"),
        StandardCopyOption.REPLACE_EXISTING);
    rig.act(14, 20);
    rig.notary();
    PublicKeys now = PublicKeys.read(rig.keys.resolve(NotaryKey.PUBLIC_FILE)).following(rig.files);
    assertThat(now.isCurrent(NotaryKey.in(rig.keys).id())).isFalse();
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(20))
        .until(() -> rig.verifyWithFiles().of(rig.actions, 0).last() == 13);
  }

  @Test
  void aKeyOutsideTheChainIsNamed() {
    Path strange = directory.resolve("strange");
    NotaryKey stranger = NotaryKey.in(strange);
    sign(stranger, PublicKeys.read(strange.resolve(NotaryKey.PUBLIC_FILE)));

    EvidenceRig.Result result = rig.verify();

    assertThat(result.told()).isNotEmpty().allMatch(told -> told.startsWith("checkpoint-forged"));
    assertThat(result.problems().get(0).text()).contains("no signature of the key");
  }

  @Test
  void withoutTheStatementNothingOfTheNewKeyCounts() throws IOException {
    Files.delete(rig.files.resolve(KeyChain.FILE));
    assertThat(rig.verify().told())
        .isNotEmpty()
        .allMatch(told -> told.startsWith("checkpoint-forged"));
  }

  @Test
  void aStatementThatTheTrustedKeyDidNotSignBreaksTheChain() {
    NotaryKey stranger = NotaryKey.in(directory.resolve("strange"));
    NotaryKey current = NotaryKey.in(rig.keys);
    Rotation forged = Rotation.sign(stranger, stranger, Instant.now(), Map.of());
    KeyChain.add(
        rig.files,
        new Rotation(
            current.id(),
            forged.after(),
            forged.time(),
            forged.sizes(),
            forged.signature(),
            forged.consent()));
    assertThatThrownBy(rig::verify)
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("Statement 2")
        .satisfies(
            error ->
                assertThat(((CountermandException) error).code())
                    .isEqualTo("EVIDENCE_CHAIN_BROKEN"));
  }

  @Test
  void aKeyHandsOnOnlyOnce() {
    NotaryKey stranger = NotaryKey.in(directory.resolve("strange"));
    KeyChain.add(rig.files, Rotation.sign(NotaryKey.in(stolen), stranger, Instant.now(), Map.of()));
    assertThatThrownBy(rig::verify).hasMessageContaining("was replaced before");
  }

  @Test
  void aCrashBetweenTheStatementAndTheNewKeyIsGoneOnFrom() throws IOException {
    String line = NotaryKey.prepareNext(rig.keys);
    NotaryKey next = NotaryKey.next(rig.keys).orElseThrow();
    Map<String, Long> sizes = Map.of(rig.actions + "/0", 14L);
    KeyChain.add(rig.files, Rotation.sign(NotaryKey.in(rig.keys), next, Instant.now(), sizes));
    rig.act(14, 20);
    rig.notary();
    rig.awaitSigned(19);
    assertThat(NotaryKey.in(rig.keys).publicLine()).isEqualTo(line);
    assertThat(KeyChain.read(rig.files)).hasSize(2);
    assertThat(rig.verifyWithFiles().told()).isEmpty();
  }

  /** What somebody does who has a key and all rights on Kafka: signs the records there are. */
  private void sign(NotaryKey key, PublicKeys trusted) {
    try (Signing signing =
        new Signing(
            rig.kafka,
            rig.settings(),
            key,
            trusted,
            directory.resolve("files-of-" + key.id()),
            InstantSource.system(),
            new NotaryMetrics(new SimpleMeterRegistry()))) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () -> {
                signing.turn();
                return signing.sizes().get(rig.actions + "/0") == 14;
              });
    }
  }
}
