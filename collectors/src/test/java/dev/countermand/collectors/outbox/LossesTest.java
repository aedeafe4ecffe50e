package dev.countermand.collectors.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LossesTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String WHY = "The disk is full. Make room.";

  private Instant time = NOON;
  private final Losses losses = new Losses(() -> time);
  private final List<String> said = new ArrayList<>();

  private void lose(int records) {
    losses.lost("SPOOL_UNUSABLE", WHY, records).ifPresent(said::add);
  }

  @Test
  void theLogSaysItAtTheBeginningOnceAMinuteAndAtTheEnd() {
    for (int second = 0; second < 150; second++) {
      time = NOON.plusSeconds(second);
      lose(2);
    }
    assertThat(said)
        .containsExactly(
            "Records are lost from now on: Kafka is away and the disk takes none. " + WHY,
            "122 record(s) were lost since " + NOON + ". " + WHY,
            "242 record(s) were lost since " + NOON + ". " + WHY);

    losses.onKafka().ifPresent(said::add);
    losses.onKafka().ifPresent(said::add);
    assertThat(said)
        .hasSize(4)
        .last()
        .asString()
        .startsWith("Records are kept again. 300 were lost between " + NOON + " and ");
  }

  @Test
  void itIsKnownWhatIsLostSinceWhenAndHowMuch() {
    assertThat(losses.now()).isEmpty();
    lose(1);
    time = NOON.plusSeconds(5);
    lose(3);

    assertThat(losses.now())
        .contains(new Loss("SPOOL_UNUSABLE", WHY, NOON, NOON.plusSeconds(5), 4));
    losses.onKafka();
    assertThat(losses.now()).isEmpty();
  }

  @Test
  void aSmallRecordThatAFullDiskStillTookIsNotTheEndOfIt() {
    lose(1);
    time = NOON.plusSeconds(9);
    assertThat(losses.onDisk()).isEmpty();
    assertThat(losses.now()).isPresent();

    time = NOON.plus(Duration.ofSeconds(10));
    assertThat(losses.onDisk()).isPresent();
    assertThat(losses.now()).isEmpty();
  }
}
