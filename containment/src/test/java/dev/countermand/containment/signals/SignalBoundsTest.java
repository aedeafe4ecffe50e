package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Signal;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.testkit.OutcomeSample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalBoundsTest {
  private static final String STREAM = SignalRig.POLLED;

  @TempDir Path directory;
  private SignalRig rig;
  private SignalLog log;
  private Outbox outbox;
  private Deliveries deliveries;
  private Instant now = Instant.now();

  @BeforeEach
  void prepare() {
    rig = new SignalRig(directory);
    log = new SignalLog(rig.kafka);
    SignalSettings settings = SignalRig.settings(directory, rig.port, rig.endpoint.uri());
    outbox = new Outbox(settings.streams().keySet());
    deliveries =
        new Deliveries(
            java.util.Set.of(STREAM),
            new States(settings.streams()),
            outbox,
            new Tokens(rig.issuer(), SigningKey.in(directory.resolve("keys")), () -> now),
            log,
            rig.meters,
            () -> now);
  }

  @AfterEach
  void end() {
    log.close();
    rig.close();
  }

  @Test
  void beyondTheBacklogAnEventGoesToTheDeadLetters() {
    for (int i = 0; i < Outbox.MAX_WAITING - 1; i++) {
      outbox.put("key", waiting("s" + i));
    }
    deliveries.take(event("agent-1", now));
    assertThat(rig.values(rig.kafka.topics().signals())).hasSize(1);
    outbox.put("key", waiting("the last"));

    deliveries.take(event("agent-2", now));

    assertThat(rig.values(rig.kafka.topics().signals())).hasSize(1);
    assertThat(rig.values(rig.kafka.topics().deadLetters()))
        .singleElement()
        .asString()
        .contains("SIGNAL_BACKLOG_FULL");
    assertThat(outbox.count(STREAM)).isEqualTo(Outbox.MAX_WAITING);
  }

  @Test
  void whatNobodyAcknowledgesInSevenDaysGoesToTheDeadLetters() {
    Signal old = waiting("old");
    outbox.put(old.key(), old);
    now = now.plus(Topics.UNDELIVERED);
    deliveries.sweep();
    assertThat(outbox.count(STREAM)).isEqualTo(1);

    now = now.plusSeconds(1);
    deliveries.sweep();

    assertThat(outbox.count(STREAM)).isZero();
    assertThat(rig.removals("old")).isEqualTo(1);
    assertThat(rig.values(rig.kafka.topics().deadLetters()))
        .singleElement()
        .asString()
        .contains("SIGNAL_EXPIRED");
  }

  @Test
  void whatHappenedLongAgoIsNotTold() {
    deliveries.take(event("agent-1", now.minus(Topics.UNDELIVERED).minusSeconds(1)));
    assertThat(rig.values(rig.kafka.topics().signals())).isEmpty();

    deliveries.take(event("agent-1", now.minus(Topics.UNDELIVERED)));
    assertThat(rig.values(rig.kafka.topics().signals())).hasSize(1);
  }

  @Test
  void aTokenThatIsTooLargeGoesToTheDeadLetters() {
    deliveries.take(event("a".repeat(Tokens.MAX_TOKEN), now));

    assertThat(rig.values(rig.kafka.topics().signals())).isEmpty();
    assertThat(rig.values(rig.kafka.topics().deadLetters()))
        .singleElement()
        .asString()
        .contains("SIGNAL_TOO_LARGE")
        .hasSizeLessThan(2 * Tokens.MAX_TOKEN);
  }

  @Test
  void aSecondLongPollEndsTheFirst() {
    CompletableFuture<Void> first = outbox.arrival(STREAM, Duration.ofMinutes(1));
    CompletableFuture<Void> second = outbox.arrival(STREAM, Duration.ofMinutes(1));
    assertThat(first).succeedsWithin(Duration.ofSeconds(5));
    assertThat(second).isNotDone();

    outbox.put("key", waiting("s"));
    assertThat(second).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void anEventThatIsTakenTwiceHasOneIdentifier() {
    Event event = event("agent-1", now);
    deliveries.take(event);
    deliveries.take(event);

    List<String> ids =
        rig.values(rig.kafka.topics().signals()).stream()
            .map(text -> SignalRig.json(text).at("/event/id").asText())
            .toList();
    assertThat(ids).hasSize(2);
    assertThat(ids.get(0)).isEqualTo(ids.get(1)).hasSize(32);
  }

  private static Event event(String agent, Instant time) {
    return Translator.of(OutcomeSample.of(agent, Step.KILL_SWITCH, StepState.VERIFIED, time))
        .orElseThrow();
  }

  private Signal waiting(String id) {
    return new Signal(id, now, STREAM, Event.VERIFICATION, null, "a.b.c", Extra.NONE);
  }
}
