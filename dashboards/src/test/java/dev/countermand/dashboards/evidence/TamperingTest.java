package dev.countermand.dashboards.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.Checkpoint;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody with all rights on a real Kafka cheats, and is found out. */
final class TamperingTest {
  private static final int COUNT = 23;

  @TempDir Path directory;
  private EvidenceRig rig;
  private String at;

  @BeforeEach
  void sign() {
    rig = new EvidenceRig(TestServers.kafka().bootstrapServers(), directory);
    at = rig.actions + "-0@";
    rig.act(0, COUNT);
    rig.sign(COUNT - 1);
  }

  @AfterEach
  void end() {
    rig.close();
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    return new ArrayList<>(rig.records(rig.actions));
  }

  @Test
  void whatNobodyTouchedIsCompleteAndUnchanged() {
    EvidenceRig.Result result = rig.verifyWithFiles();

    assertThat(result.told()).isEmpty();
    LogReport report = result.of(rig.actions, 0);
    assertThat(report.isWhole()).isTrue();
    assertThat(report.first()).isZero();
    assertThat(report.last()).isEqualTo(COUNT - 1);
    assertThat(report.unchanged()).isEqualTo(COUNT);
    assertThat(report.checkpoints()).isGreaterThanOrEqualTo(COUNT / EvidenceRig.BATCH);
    assertThat(report.uncovered()).isZero();
  }

  @Test
  void whatIsNotSignedYetIsSaidAndNoProblem() {
    rig.act(COUNT, COUNT + 3);

    EvidenceRig.Result result = rig.verify();

    assertThat(result.told()).isEmpty();
    assertThat(result.of(rig.actions, 0).uncovered()).isEqualTo(3);
  }

  @Test
  void aChangedRecordIsNamed() {
    List<ConsumerRecord<byte[], byte[]>> records = records();
    records.set(
        7, EvidenceRig.with(records.get(7), Action.CODEC.encode(EvidenceRig.action("innocent"))));
    rig.rewrite(rig.actions, records);

    EvidenceRig.Result result = rig.verify();

    assertThat(result.told()).containsExactly("changed " + at + "7");
    assertThat(result.problems().get(0).id()).isEqualTo("innocent");
    assertThat(result.of(rig.actions, 0).unchanged()).isEqualTo(COUNT - 1);
  }

  @Test
  void aHeaderOrATimeThatWasChangedIsFoundToo() {
    List<ConsumerRecord<byte[], byte[]>> records = records();
    records.get(3).headers().remove("source").add("source", new byte[] {1});
    records.set(12, EvidenceRig.at(records.get(12), records.get(12).timestamp() + 1));
    rig.rewrite(rig.actions, records);

    assertThat(rig.verify().told())
        .containsExactlyInAnyOrder("changed " + at + "3", "changed " + at + "12");
  }

  @Test
  void aRemovedRecordIsNamedAndThatTheOthersMovedUp() {
    List<ConsumerRecord<byte[], byte[]>> records = records();
    records.remove(7);
    rig.rewrite(rig.actions, records);

    EvidenceRig.Result result = rig.verify();

    assertThat(result.told())
        .containsExactlyInAnyOrder("removed " + at + "7", "moved " + at + "8-22");
    assertThat(result.problems()).extracting(Problem::text).contains("they stand 1 place earlier");
  }

  @Test
  void twoSwappedRecordsAreNamed() {
    List<ConsumerRecord<byte[], byte[]>> records = records();
    Collections.swap(records, 4, 5);
    Collections.swap(records, 10, 17);
    rig.rewrite(rig.actions, records);

    assertThat(rig.verify().told())
        .containsExactlyInAnyOrder(
            "moved " + at + "4", "moved " + at + "5", "moved " + at + "10", "moved " + at + "17");
  }

  @Test
  void anInsertedRecordIsNamedAndThatTheOthersMovedDown() {
    List<ConsumerRecord<byte[], byte[]>> records = records();
    records.add(
        9, EvidenceRig.with(records.get(9), Action.CODEC.encode(EvidenceRig.action("planted"))));
    rig.rewrite(rig.actions, records);

    EvidenceRig.Result result = rig.verify();

    assertThat(result.told())
        .containsExactlyInAnyOrder("inserted " + at + "9", "moved " + at + "9-22");
    assertThat(result.problems()).extracting(Problem::id).contains("planted");
  }

  @Test
  void aTailThatWasCutIsNamed() {
    rig.rewrite(rig.actions, records().subList(0, 20));

    assertThat(rig.verify().told())
        .containsExactly("removed " + at + "20", "removed " + at + "21", "removed " + at + "22");
  }

  @Test
  void recordsThatWereDeletedBeforeTheirTimeAreNamedAndThoseAfterItAreNot() throws Exception {
    try (Admin admin = Admin.create(rig.kafka.admin("cheat"))) {
      admin
          .deleteRecords(
              Map.of(new LogName(rig.actions, 0).inKafka(), RecordsToDelete.beforeOffset(2)))
          .all()
          .get();
    }

    assertThat(rig.verify().told()).containsExactly("removed " + at + "0", "removed " + at + "1");
    EvidenceRig.Result later =
        rig.verify(null, Instant.EPOCH, null, Instant.now().plus(Duration.ofDays(31)));
    assertThat(later.told()).isEmpty();
    assertThat(later.of(rig.actions, 0).expired()).isEqualTo(2);
    assertThat(later.of(rig.actions, 0).unchanged()).isEqualTo(COUNT - 2);
  }

  @Test
  void aTopicThatIsGoneIsMissedAsAWhole() {
    rig.probe.deleteTopics(rig.actions);

    assertThat(rig.verify().told()).hasSize(COUNT).contains("removed " + at + "0");
  }

  @Test
  void aForgedCheckpointIsFoundAndTheRecordsAreStillVerified() {
    String topic = rig.kafka.topics().checkpoints();
    List<ConsumerRecord<byte[], byte[]>> checkpoints = new ArrayList<>(rig.records(topic));
    String forged =
        new String(checkpoints.get(1).value(), StandardCharsets.UTF_8)
            .replaceFirst("\"offsets\":\\[\"(\\d+)-(\\d+)\"]", "\"offsets\":[\"1$1-1$2\"]");
    checkpoints.set(
        1, EvidenceRig.with(checkpoints.get(1), forged.getBytes(StandardCharsets.UTF_8)));
    rig.rewrite(topic, checkpoints);

    EvidenceRig.Result alone = rig.verify();

    assertThat(alone.told())
        .contains("checkpoint-forged " + rig.actions + "-0 size 5")
        .anyMatch(one -> one.startsWith("checkpoint-missing "))
        .noneMatch(one -> one.contains("@"));
    assertThat(alone.of(rig.actions, 0).notes())
        .anyMatch(note -> note.endsWith("unchanged though their checkpoint is missing"));
    assertThat(rig.verifyWithFiles().of(rig.actions, 0).unchanged()).isEqualTo(COUNT);
  }

  @Test
  void aCheckpointOfAnotherKeyIsForgedHoweverGoodItIs() {
    String topic = rig.kafka.topics().checkpoints();
    Hasher hasher = new Hasher();
    LogName log = new LogName(rig.actions, 0);
    Sealed other =
        Sealed.sign(
            log,
            new Stretch(0, List.of(), List.of(hasher.nothing())),
            List.of(0L),
            Instant.now(),
            NotaryKey.in(directory.resolve("other-keys")),
            hasher);
    rig.probe.produce(
        topic,
        log.key(),
        new String(Checkpoint.CODEC.encode(other.checkpoint()), StandardCharsets.UTF_8));

    assertThat(rig.verify().problems())
        .singleElement()
        .satisfies(one -> assertThat(one.kind()).isEqualTo(Problem.Kind.CHECKPOINT_FORGED));
  }

  @Test
  void aDroppedCheckpointIsMissedAndAChangeBehindItIsFoundThough() {
    String topic = rig.kafka.topics().checkpoints();
    List<ConsumerRecord<byte[], byte[]>> checkpoints = new ArrayList<>(rig.records(topic));
    checkpoints.remove(1);
    rig.rewrite(topic, checkpoints);

    assertThat(rig.verify().told())
        .singleElement()
        .asString()
        .startsWith("checkpoint-missing " + rig.actions + "-0 size 6-");

    List<ConsumerRecord<byte[], byte[]>> records = records();
    records.set(7, EvidenceRig.with(records.get(7), new byte[] {1}));
    rig.rewrite(rig.actions, records);

    assertThat(rig.verify().told()).anyMatch(one -> one.startsWith("stretch-changed " + at + "5-"));
    assertThat(rig.verifyWithFiles().told()).contains("changed " + at + "7");
  }

  @Test
  void checkpointsThatAreInTheFileAndNotOnTheTopicAreMissed() {
    String topic = rig.kafka.topics().checkpoints();
    List<ConsumerRecord<byte[], byte[]>> checkpoints = rig.records(topic);
    rig.rewrite(topic, checkpoints.subList(0, 2));
    rig.rewrite(rig.actions, records().subList(0, 12));

    assertThat(rig.verify().told()).as("the topic alone").isEmpty();
    assertThat(rig.verifyWithFiles().told())
        .anyMatch(one -> one.startsWith("checkpoint-missing " + rig.actions + "-0 size 1"))
        .contains("removed " + at + "22");
  }

  @Test
  void aFileWhoseLastLineIsCutOffIsSaidToBeCutAndNotForged() throws Exception {
    Path file = rig.files.resolve(new LogName(rig.actions, 0).file());
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 20));

    EvidenceRig.Result result = rig.verifyWithFiles();

    assertThat(result.told()).isEmpty();
    assertThat(result.of(rig.actions, 0).unchanged()).isEqualTo(COUNT);
    assertThat(result.of(rig.actions, 0).notes())
        .anyMatch(note -> note.contains("the last line of " + file + " is cut off"))
        .anyMatch(note -> note.contains("up to size " + COUNT + ", are on the topic only"));
  }

  @Test
  void whatAFileLacksAtItsBeginningAndItsEndIsSaid() throws Exception {
    Path file = rig.files.resolve(new LogName(rig.actions, 0).file());
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.subList(1, lines.size() - 1));
    long first = size(lines.get(0));
    long last = size(lines.get(lines.size() - 2));

    EvidenceRig.Result result = rig.verifyWithFiles();

    assertThat(result.told()).isEmpty();
    assertThat(result.of(rig.actions, 0).unchanged()).isEqualTo(COUNT);
    assertThat(result.of(rig.actions, 0).notes())
        .containsExactly(
            "the file begins after size "
                + first
                + "; its checkpoints up to size "
                + first
                + " are on the topic only",
            "the file ends at size "
                + last
                + "; the checkpoints after that, up to size "
                + COUNT
                + ", are on the topic only");
    assertThat(rig.verify().of(rig.actions, 0).notes()).isEmpty();
  }

  private static long size(String line) {
    return Checkpoint.CODEC.decode(line.getBytes(StandardCharsets.UTF_8)).size();
  }

  @Test
  @Timeout(30)
  void aFileOfThirtyMegabytesOfNothingIsNamedAndNotReadToItsEnd() throws Exception {
    Path file = rig.files.resolve(new LogName(rig.actions, 0).file());
    for (String line : List.of("\n", "{}\n", "\u0000\n")) {
      Files.writeString(file, line.repeat(30_000_000 / line.length()));

      EvidenceRig.Result result = rig.verifyWithFiles();

      assertThat(result.problems())
          .hasSize(CheckpointSource.MAX_FORGED)
          .allSatisfy(one -> assertThat(one.text()).contains("of the file " + file));
      assertThat(result.of(rig.actions, 0).notes())
          .contains(
              "more than 1000 lines of the file "
                  + file
                  + " are no checkpoints; the rest is not read");
      assertThat(result.of(rig.actions, 0).unchanged()).isEqualTo(COUNT);
    }
  }

  @Test
  void whereFileAndTopicDisagreeBothAreSaidToBeSigned() throws Exception {
    Hasher hasher = new Hasher();
    LogName log = new LogName(rig.actions, 0);
    Path file = rig.files.resolve(log.file());
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    Checkpoint first = Checkpoint.CODEC.decode(lines.get(0).getBytes(StandardCharsets.UTF_8));
    List<byte[]> others = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    for (long i = 0; i < first.size(); i++) {
      others.add(hasher.nothing());
      offsets.add(i);
    }
    Checkpoint other =
        Sealed.sign(
                log,
                new Stretch(0, List.of(), others),
                offsets,
                first.time(),
                NotaryKey.in(rig.keys),
                hasher)
            .checkpoint();
    lines.set(0, new String(Checkpoint.CODEC.encode(other), StandardCharsets.UTF_8));
    Files.write(file, lines);

    assertThat(rig.verifyWithFiles().told())
        .anyMatch(one -> one.startsWith("checkpoint-forked " + rig.actions + "-0 size"));
  }

  @Test
  void recordsOfWhichEveryCheckpointIsGoneAreSaidToBeUnsigned() {
    rig.rewrite(rig.kafka.topics().checkpoints(), List.of());

    assertThat(rig.verify().told())
        .singleElement()
        .asString()
        .startsWith("never-signed " + rig.actions + "-0");
  }

  @Test
  void aStretchOfTimeIsVerifiedAlone() {
    Instant between = Instant.now();
    rig.act(COUNT, COUNT + 10);
    rig.sign(COUNT + 9);
    List<ConsumerRecord<byte[], byte[]>> records = records();
    records.set(2, EvidenceRig.with(records.get(2), new byte[] {1}));
    rig.rewrite(rig.actions, records);
    Instant now = Instant.now().plusSeconds(90);

    assertThat(rig.verify(null, between, null, now).told()).isEmpty();
    assertThat(rig.verify(null, between, null, now).of(rig.actions, 0).first()).isEqualTo(COUNT);
    assertThat(rig.verify(null, Instant.EPOCH, between, now).told())
        .containsExactly("changed " + at + "2");
  }
}
