package dev.countermand.collectors.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final int SMALL_SEGMENT = 400;

  @TempDir Path directory;

  private static List<SpoolRecord> records(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                new SpoolRecord(
                    "topic", "agent", ("value " + i).getBytes(StandardCharsets.UTF_8), 1_000 + i))
        .toList();
  }

  private static List<String> values(List<SpoolRecord> records) {
    return records.stream().map(r -> new String(r.value(), StandardCharsets.UTF_8)).toList();
  }

  private static List<String> drainAll(Spool spool, int batch) {
    List<String> all = new ArrayList<>();
    while (!spool.isEmpty()) {
      Spool.Batch next = spool.peek(batch, 1_000_000);
      all.addAll(values(next.records()));
      spool.advance(next.end());
    }
    return all;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(Segment.SUFFIX)).sorted().toList();
    }
  }

  @Test
  void recordsComeOutInTheOrderTheyWentInOverManyFiles() throws IOException {
    try (Spool spool = Spool.open(directory, 1_000_000, SMALL_SEGMENT)) {
      assertThat(spool.append(records(0, 30), 1)).isEqualTo(30);
      assertThat(spool.append(records(30, 50), 1)).isEqualTo(20);
      assertThat(files()).hasSizeGreaterThan(3);
      assertThat(spool.records()).isEqualTo(50);

      assertThat(drainAll(spool, 7)).isEqualTo(values(records(0, 50)));

      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.records()).isZero();
      assertThat(spool.bytes()).isZero();
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void keyTopicAndTimeAreKept() {
    try (Spool spool = Spool.open(directory, 1_000_000)) {
      spool.append(List.of(new SpoolRecord("a", null, new byte[] {1}, 7)), 1);
      SpoolRecord kept = spool.peek(1, 1).records().get(0);
      assertThat(kept.topic()).isEqualTo("a");
      assertThat(kept.key()).isNull();
      assertThat(kept.value()).containsExactly(1);
      assertThat(spool.oldest()).hasValue(7);
    }
  }

  @Test
  void whatWasNotDrainedIsThereAfterARestartAndWhatWasIsNot() {
    try (Spool spool = Spool.open(directory, 1_000_000, SMALL_SEGMENT)) {
      spool.append(records(0, 20), 1);
      spool.advance(spool.peek(8, 1_000_000).end());
    }
    try (Spool spool = Spool.open(directory, 1_000_000, SMALL_SEGMENT)) {
      assertThat(spool.records()).isEqualTo(12);
      spool.append(records(20, 22), 1);
      assertThat(drainAll(spool, 5)).isEqualTo(values(records(8, 22)));
    }
    try (Spool spool = Spool.open(directory, 1_000_000, SMALL_SEGMENT)) {
      assertThat(spool.isEmpty()).isTrue();
    }
  }

  @Test
  void aTornTailIsCutOffAndNothingBeforeItIsLost() throws IOException {
    try (Spool spool = Spool.open(directory, 1_000_000)) {
      spool.append(records(0, 3), 1);
    }
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[] {0, 0, 0, 50, 1, 2}, StandardOpenOption.APPEND);
    try (Spool spool = Spool.open(directory, 1_000_000)) {
      spool.append(records(3, 5), 1);
      assertThat(drainAll(spool, 10)).isEqualTo(values(records(0, 5)));
    }
    for (int cut = 1; cut < whole.length / 3; cut++) {
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length - cut));
      Files.deleteIfExists(directory.resolve("cursor"));
      try (Spool spool = Spool.open(directory, 1_000_000)) {
        assertThat(drainAll(spool, 10)).isEqualTo(values(records(0, 2)));
      }
    }
  }

  @Test
  void aFlippedBitIsNoticedAndNeverShipped() throws IOException {
    try (Spool spool = Spool.open(directory, 1_000_000)) {
      spool.append(records(0, 3), 1);
    }
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    try (Spool spool = Spool.open(directory, 1_000_000)) {
      assertThat(drainAll(spool, 10)).isEqualTo(values(records(0, 2)));
    }
  }

  @Test
  void aFullSpoolTakesWhatFitsAndSaysHowMany() {
    try (Spool spool = Spool.open(directory, 500, SMALL_SEGMENT)) {
      int taken = spool.append(records(0, 50), 1);
      assertThat(taken).isBetween(1, 20);
      assertThat(spool.bytes()).isLessThanOrEqualTo(500);
      assertThat(spool.append(records(50, 51), 1)).isZero();
      assertThat(drainAll(spool, 50)).isEqualTo(values(records(0, taken)));
      assertThat(spool.append(records(50, 51), 1)).isEqualTo(1);
    }
  }

  @Test
  void lesserRecordsMayFillAShareOnly() {
    try (Spool spool = Spool.open(directory, 1_000)) {
      int lesser = spool.append(records(0, 50), 0.5);
      assertThat(spool.bytes()).isLessThanOrEqualTo(500);
      assertThat(spool.append(records(0, 50), 1)).isGreaterThanOrEqualTo(lesser - 1).isPositive();
    }
  }

  @Test
  void twoGatewaysCannotShareASpool() {
    try (Spool first = Spool.open(directory, 1_000)) {
      assertThat(first.isEmpty()).isTrue();
      assertThatThrownBy(() -> Spool.open(directory, 1_000))
          .isInstanceOfSatisfying(
              CountermandException.class, e -> assertThat(e.code()).isEqualTo("SPOOL_IN_USE"));
    }
  }

  @Test
  void anUnreadableCursorOnlyRepeats() throws IOException {
    try (Spool spool = Spool.open(directory, 1_000_000)) {
      spool.append(records(0, 4), 1);
      spool.advance(spool.peek(2, 1_000_000).end());
    }
    Files.writeString(directory.resolve("cursor"), "nonsense");
    try (Spool spool = Spool.open(directory, 1_000_000)) {
      assertThat(drainAll(spool, 10)).isEqualTo(values(records(0, 4)));
    }
  }
}
