package dev.countermand.dashboards.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Checkpoint;
import dev.countermand.runtime.CountermandException;
import dev.countermand.testkit.TestServers;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is signed, across crashes, restarts and a second notary, on a real Kafka. */
final class NotaryTest {
  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private EvidenceRig rig;

  @BeforeEach
  void prepare() {
    rig = new EvidenceRig(TestServers.kafka().bootstrapServers(), directory);
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
    rig.close();
  }

  private List<Checkpoint> published() throws Exception {
    List<Checkpoint> published = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> one : rig.records(rig.kafka.topics().checkpoints())) {
      published.add(Checkpoint.CODEC.decode(one.value()));
    }
    return published;
  }

  private void assertOneRootForEachSize() throws Exception {
    Map<Long, String> roots = new HashMap<>();
    for (Checkpoint one : published()) {
      String before = roots.putIfAbsent(one.size(), one.root());
      assertThat(before).as("the root of size %d", one.size()).isIn(null, one.root());
    }
  }

  @Test
  void afterAKillTheNextProcessGoesOnAndNoSizeHasTwoRoots() throws Exception {
    Process first = process("one");
    rig.act(0, 12);
    rig.awaitSigned(11);
    for (int round = 1; round <= 3; round++) {
      int from = round * 100;
      rig.act(from, from + 7);
      first.destroyForcibly();
      assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
      rig.act(from + 50, from + 53);
      first = process("one");
      rig.awaitSigned(11 + round * 10L);
    }

    assertThat(rig.verify().told()).isEmpty();
    assertThat(rig.verify(directory.resolve("one"), java.time.Instant.EPOCH, null, soon()).told())
        .isEmpty();
    assertOneRootForEachSize();
  }

  private static java.time.Instant soon() {
    return java.time.Instant.now().plusSeconds(90);
  }

  @Test
  void ofTwoNotariesOneSignsAndTheOtherTakesOver() throws Exception {
    Process first = process("one");
    rig.act(0, 7);
    rig.awaitSigned(6);
    rig.notary(directory.resolve("two"));
    rig.act(7, 14);
    rig.awaitSigned(13);
    assertThat(directory.resolve("two")).as("the second waits").doesNotExist();

    first.destroyForcibly();
    rig.act(14, 21);
    rig.awaitSigned(20);

    assertThat(Files.list(directory.resolve("two"))).isNotEmpty();
    assertThat(rig.verify().told()).isEmpty();
    assertOneRootForEachSize();
  }

  @Test
  void oneThatLeadsNoMoreAndDoesNotKnowItCannotPublish() throws Exception {
    rig.act(0, 3);
    rig.sign(2);
    try (CheckpointTopic old = new CheckpointTopic(rig.kafka)) {
      List<Sealed> again =
          List.of(
              Sealed.open(
                  new LogName(rig.actions, 0),
                  published().get(0),
                  PublicKeys.read(rig.keys.resolve(NotaryKey.PUBLIC_FILE)),
                  new Hasher()));
      old.publish(again);
      try (CheckpointTopic next = new CheckpointTopic(rig.kafka)) {
        assertThatThrownBy(() -> old.publish(again)).isInstanceOf(KafkaException.class);
        next.publish(again);
      }
    }
    assertThat(rig.verify().told()).as("what stands there again says nothing new").isEmpty();
  }

  @Test
  void whatIsInTheFileOnlyIsPublishedByTheNextOneAsItIs() throws Exception {
    rig.act(0, 8);
    rig.sign(7);
    String topic = rig.kafka.topics().checkpoints();
    List<ConsumerRecord<byte[], byte[]>> checkpoints = rig.records(topic);
    ConsumerRecord<byte[], byte[]> lost = checkpoints.get(checkpoints.size() - 1);
    rig.rewrite(topic, checkpoints.subList(0, checkpoints.size() - 1));
    rig.act(8, 9);

    rig.sign(8);

    assertThat(rig.records(topic))
        .extracting(one -> new String(one.value(), StandardCharsets.UTF_8))
        .contains(new String(lost.value(), StandardCharsets.UTF_8));
    assertThat(rig.verifyWithFiles().told()).isEmpty();
  }

  @Test
  void withoutItsFileItGoesOnFromTheTopic() throws Exception {
    rig.act(0, 8);
    rig.sign(7);
    Files.delete(rig.files.resolve(new LogName(rig.actions, 0).file()));
    rig.act(8, 16);

    rig.sign(15);

    assertThat(rig.verify().told()).isEmpty();
    assertThat(rig.verifyWithFiles().told()).isEmpty();
    assertOneRootForEachSize();
  }

  @Test
  void whatACrashLeftOfALineIsCutOff() throws Exception {
    rig.act(0, 8);
    rig.sign(7);
    Path file = rig.files.resolve(new LogName(rig.actions, 0).file());
    Files.writeString(file, "{\"ecs\":{\"vers", StandardOpenOption.APPEND);
    rig.act(8, 10);

    rig.sign(9);

    assertThat(rig.verifyWithFiles().told()).isEmpty();
  }

  @Test
  void aFileThatIsDamagedStopsItWithACode() throws Exception {
    rig.act(0, 8);
    rig.sign(7);
    Path file = rig.files.resolve(new LogName(rig.actions, 0).file());
    Files.writeString(file, Files.readString(file).replace("\"before\":", "\"before\":1"));

    assertThatThrownBy(() -> rig.sign(8))
        .isInstanceOf(CountermandException.class)
        .extracting(e -> ((CountermandException) e).code())
        .isEqualTo("EVIDENCE_UNREADABLE");
  }

  @Test
  void aLogThatWasCutIsNotSignedAgainFromItsBeginning() throws Exception {
    rig.act(0, 10);
    rig.sign(9);
    long before = published().size();
    rig.rewrite(rig.actions, rig.records(rig.actions).subList(0, 4));
    rig.notary();
    rig.act(100, 103);
    rig.probe.produce(rig.kafka.topics().audit(), "a", "{}");
    org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(30))
        .until(() -> published().size() > before);

    assertThat(published())
        .filteredOn(one -> one.topic().equals(rig.actions))
        .as("seven records stand where ten were signed")
        .hasSize((int) before);

    rig.act(103, 108);
    rig.awaitSigned(11);
    assertThat(rig.verify().told())
        .anyMatch(one -> one.equals("changed " + rig.actions + "-0@4"))
        .noneMatch(one -> one.endsWith("@10") || one.endsWith("@11"));
  }

  @Test
  void twoTreesOfOneLogStopItFromBeingSignedOn() throws Exception {
    rig.act(0, 5);
    rig.sign(4);
    LogName log = new LogName(rig.actions, 0);
    Hasher hasher = new Hasher();
    List<byte[]> others = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    for (long i = 0; i < 6; i++) {
      others.add(hasher.nothing());
      offsets.add(i);
    }
    Sealed other =
        Sealed.sign(
            log,
            new Stretch(0, List.of(), others),
            offsets,
            java.time.Instant.now(),
            NotaryKey.in(rig.keys),
            hasher);
    rig.probe.produce(
        rig.kafka.topics().checkpoints(),
        log.key(),
        new String(Checkpoint.CODEC.encode(other.checkpoint()), StandardCharsets.UTF_8));
    long before = published().size();
    rig.notary();
    rig.act(5, 10);
    rig.probe.produce(rig.kafka.topics().audit(), "a", "{}");
    org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(30))
        .until(() -> published().size() > before);

    assertThat(published()).filteredOn(log::has).hasSize((int) before);
    assertThat(rig.verify().told()).anyMatch(one -> one.startsWith("checkpoint-forked "));
  }

  @Test
  void onlyItsOwnerMayReadTheKey() throws Exception {
    NotaryKey key = NotaryKey.in(rig.keys);

    assertThat(Files.getPosixFilePermissions(rig.keys.resolve("evidence.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(rig.keys.resolve(NotaryKey.PUBLIC_FILE)).strip())
        .isEqualTo(key.publicLine())
        .matches("countermand-notary\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}");
    assertThat(NotaryKey.in(rig.keys).id()).as("the same again").isEqualTo(key.id());
  }

  private Process process(String files) throws IOException {
    File log = directory.resolve("process-" + System.nanoTime() + ".log").toFile();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    NotaryProcess.class.getName(),
                    rig.kafka.bootstrap(),
                    rig.kafka.topics().prefix(),
                    rig.keys.toString(),
                    directory.resolve(files).toString()))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    processes.add(process);
    return process;
  }
}
