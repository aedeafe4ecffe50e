package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import dev.countermand.testkit.ContainmentStateSample;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgentRecordTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.123456Z");

  @Test
  void aStateIsLaterThanTheOneBeforeItThoughTheClockWasSetBack() {
    AgentRecord released =
        AgentRecord.none("agent-7").with(ContainmentStatus.RELEASED, NOW, "o1", "a false alarm");

    AgentRecord again =
        released.with(ContainmentStatus.CONTAINED, NOW.minusSeconds(300), "o2", "because");

    assertThat(again.state().time()).isAfter(NOW).isBefore(NOW.plusSeconds(1));
  }

  @Test
  void nothingIsForgottenOnTheWayThroughTheTopic() {
    ContainmentOrder waiting = Rig.order(OrderKind.CONTAIN, "agent-7", "scoring", List.of("f2"));
    TakenCredential taken =
        new TakenCredential(
            "f1",
            "db",
            StepState.REQUESTED,
            Rung.NARROW,
            Map.of("role", "r", "login", "true"),
            Extra.NONE);
    AgentRecord record =
        AgentRecord.none("agent-7")
            .with(ContainmentStatus.CONTAINED, NOW, "o1", "because")
            .with(
                taken,
                new Cause("o1", NOW, NOW.plusMillis(3), null)
                    .cameBack(NOW.plusMillis(8))
                    .accepted(NOW.plusMillis(9)))
            .wanting("f3", new Wanted("ada", true))
            .releasing("o3")
            .opened("o1")
            .waitingFor(new AgentRecord.Waiting(waiting, NOW))
            .done("o0");

    AgentRecord read = AgentRecord.of(ContainmentState.CODEC.decode(record.encode()));

    assertThat(read.isContained()).isTrue();
    assertThat(read.taken()).containsExactly(Map.entry("f1", taken));
    assertThat(read.causes()).isEqualTo(record.causes());
    assertThat(read.wanted()).containsExactly(Map.entry("f3", new Wanted("ada", true)));
    assertThat(read.release()).isEqualTo("o3");
    assertThat(read.open()).containsExactly("o1");
    assertThat(read.handled()).containsExactly("o0");
    assertThat(read.waiting()).containsExactly(new AgentRecord.Waiting(waiting, NOW));
    assertThat(AgentRecord.of(ContainmentState.CODEC.decode(read.encode())).encode())
        .isEqualTo(read.encode());
  }

  @Test
  void aStateThatAnotherProgramWroteHasAnEmptyLedger() {
    ContainmentState state =
        ContainmentStateSample.of("agent-7", ContainmentStatus.CONTAINED, NOW).build();
    AgentRecord read =
        AgentRecord.of(ContainmentState.CODEC.decode(ContainmentState.CODEC.encode(state)));
    assertThat(read.isContained()).isTrue();
    assertThat(read.handled()).isEmpty();
    assertThat(read.waiting()).isEmpty();
  }

  @Test
  void onlyTheNewestHandledOrdersAreRemembered() {
    AgentRecord record = AgentRecord.none("agent-7");
    for (int i = 0; i <= AgentRecord.MAX_HANDLED; i++) {
      record = record.done("o" + i);
    }
    assertThat(record.handled()).hasSize(AgentRecord.MAX_HANDLED);
    assertThat(record.isHandled("o0")).isFalse();
    assertThat(record.isHandled("o" + AgentRecord.MAX_HANDLED)).isTrue();
  }

  @Test
  void aDoneOrderIsNeitherOpenNorWaiting() {
    ContainmentOrder order = Rig.order(OrderKind.CONTAIN, "agent-7", "scoring", List.of());
    AgentRecord done =
        AgentRecord.none("agent-7")
            .waitingFor(new AgentRecord.Waiting(order, NOW))
            .opened(order.id())
            .done(order.id());
    assertThat(done.open()).isEmpty();
    assertThat(done.waiting()).isEmpty();
  }

  @Test
  void theLedgerStandsBesideWhatEverybodyReads() {
    String json =
        new String(AgentRecord.none("agent-7").done("o1").encode(), StandardCharsets.UTF_8);
    assertThat(json).contains("\"status\":\"released\"").contains("\"ledger\"");
  }
}
