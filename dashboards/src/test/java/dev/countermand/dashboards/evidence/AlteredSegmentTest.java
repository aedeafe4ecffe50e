package dev.countermand.dashboards.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.embedded.KafkaServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody edits the broker's file while it is down, and makes the checksum right. */
final class AlteredSegmentTest {
  /** Offsets in the header of a batch of records (Kafka's format 2). */
  private static final int LENGTH = 8;

  private static final int CRC = 17;
  private static final int ATTRIBUTES = 21;
  private static final int PREAMBLE = 12;

  @TempDir Path directory;

  @Test
  void aByteOfARecordThatWasChangedOnTheBrokersDiskIsFound() throws IOException {
    Path data = directory.resolve("kafka");
    try (KafkaServer server = KafkaServer.start(data, KafkaServer.Options.defaults());
        EvidenceRig rig = new EvidenceRig(server.bootstrapServers(), directory)) {
      rig.act(0, 9);
      rig.sign(8);
      assertThat(rig.verifyWithFiles().told()).isEmpty();

      server.stop();
      Path segment = segment(data, rig.actions + "-0");
      Files.write(segment, altered(Files.readAllBytes(segment), "ls a-4", "ls b-4"));
      server.restart();

      EvidenceRig.Result result = rig.verifyWithFiles();
      assertThat(result.told()).containsExactly("changed " + rig.actions + "-0@4");
      assertThat(result.problems().get(0).id()).isEqualTo("a-4");
    }
  }

  private static Path segment(Path data, String log) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      List<Path> found =
          files.filter(file -> file.endsWith(Path.of(log, "00000000000000000000.log"))).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static byte[] altered(byte[] segment, String from, String to) {
    byte[] needle = from.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.wrap(segment);
    int at = 0;
    while (at + PREAMBLE < segment.length) {
      int end = at + PREAMBLE + bytes.getInt(at + LENGTH);
      for (int i = at + ATTRIBUTES; i + needle.length <= end; i++) {
        if (java.util.Arrays.equals(segment, i, i + needle.length, needle, 0, needle.length)) {
          bytes.put(i, to.getBytes(StandardCharsets.UTF_8));
          CRC32C crc = new CRC32C();
          crc.update(segment, at + ATTRIBUTES, end - at - ATTRIBUTES);
          bytes.putInt(at + CRC, (int) crc.getValue());
          return segment;
        }
      }
      at = end;
    }
    throw new AssertionError("the segment has no " + from);
  }
}
