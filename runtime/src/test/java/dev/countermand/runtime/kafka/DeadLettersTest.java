package dev.countermand.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:14:03Z");

  @Test
  void aRecordIsFoundAgainByItsPlaceAndItsBytesAreNotCopied() {
    byte[] value = "canary".getBytes(StandardCharsets.UTF_8);

    DeadLetter letter =
        DeadLetters.of(
            "scoring", new ConsumerRecord<>("t", 3, 42L, "k", value), "CODE", "why", NOW);

    assertThat(letter.id()).isEqualTo("t:3:42");
    assertThat(letter.partition()).isEqualTo(3);
    assertThat(letter.offset()).isEqualTo(42);
    assertThat(letter.size()).isEqualTo(6);
    assertThat(letter.remains()).isNull();
    assertThat(new String(DeadLetter.CODEC.encode(letter), StandardCharsets.UTF_8))
        .doesNotContain("canary");
  }

  @Test
  void aTombstoneHasTheHashOfNothing() {
    DeadLetter letter =
        DeadLetters.of("index", new ConsumerRecord<>("t", 0, 1L, "k", null), "CODE", "why", NOW);

    assertThat(letter.sha256())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void remainsAreCutAndStayReadableWhereTheCutGoesThroughACharacter() {
    String remains = "x".repeat(DeadLetters.MAX_REMAINS - 1) + "\uD83D\uDE00";

    DeadLetter letter =
        DeadLetters.of("gateway", "source", new byte[7], "CODE", "why", remains, NOW);

    assertThat(letter.remains()).isEqualTo("x".repeat(DeadLetters.MAX_REMAINS - 1));
    assertThat(DeadLetter.CODEC.decode(DeadLetter.CODEC.encode(letter))).isEqualTo(letter);
    assertThat(letter.source()).isEqualTo("source");
    assertThat(letter.size()).isEqualTo(7);
  }
}
