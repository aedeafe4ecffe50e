package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.claudecode.ClaudeCodeEvent;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.outbox.OutboxMetrics;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.TestFingerprints;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Documents;
import dev.countermand.collectors.report.Report;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.collectors.spool.Spool;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.config.GatewaySettings.SealPolicy;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is put, with an outbox that keeps everything on the disk. */
class SealDeskTest {
  private static final String PAT = "gh" + "p_" + "16C7e42F292c6912E7710c838347Ae178B4a";
  private static final Reporter REPORTER =
      new Reporter("src", "hook", "staging", "agent-1", null, null, false);

  @TempDir Path directory;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Instant now = Instant.parse("2026-11-20T09:00:00Z");
  private Set<String> registered = Set.of();
  private Spool spool;
  private Outbox outbox;

  @BeforeEach
  void open() throws Exception {
    KafkaSettings nowhere =
        new KafkaSettings(
            "127.0.0.1:" + GatewayFixture.freePort(), new Topics("nowhere"), Map.of());
    spool = Spool.open(directory.resolve("spool"), 1 << 20);
    outbox =
        new Outbox(
            nowhere,
            spool,
            List.of("nowhere.sealed-credentials"),
            () -> false,
            Duration.ofMillis(500),
            new OutboxMetrics(meters),
            () -> now);
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  @Test
  void aTokenThatIsOnlySeenIsSealedAgainAfterAnHourAndNotBefore() {
    SealDesk desk = desk(new GatewaySettings.Seal(null, Map.of("github-pat", SealPolicy.ALL)));
    desk.keep(written(PAT));
    now = now.plus(SealDesk.PAUSE).minusSeconds(1);
    desk.keep(written(PAT));
    awaitSealed(1);
    now = now.plusSeconds(2);
    desk.keep(written(PAT));
    awaitSealed(2);
  }

  @Test
  void aTokenInUseIsSealedThoughItWasSealedWhenItWasSeenAndAgainAfterAMinute() {
    SealDesk desk = desk(new GatewaySettings.Seal(null, Map.of("github-pat", SealPolicy.ALL)));
    desk.keep(written(PAT));
    desk.keep(made("echo " + PAT));
    awaitSealed(2);
    now = now.plus(SealDesk.PAUSE_IN_USE).minusSeconds(1);
    desk.keep(made("echo " + PAT));
    awaitSealed(2);
    now = now.plusSeconds(2);
    desk.keep(made("echo " + PAT));
    awaitSealed(3);
  }

  @Test
  void aTokenThatWasSeenWhileItWasRegisteredIsSealedOnceItIsNotAnyMore() {
    SealDesk desk = desk(new GatewaySettings.Seal(null, Map.of("github-pat", SealPolicy.ALL)));
    registered = Set.of(new TestFingerprints().of(PAT).value());
    desk.keep(made("echo " + PAT));
    registered = Set.of();
    desk.keep(made("echo " + PAT));
    awaitSealed(1);
  }

  @Test
  void aPasswordIsSealedWhereAllAreAndNotWhereItsKindIsExcepted() {
    String login = "mysql --password=Tr0ub4dor-and-3 -u app";
    desk(new GatewaySettings.Seal(SealPolicy.ALL, Map.of())).keep(made(login));
    awaitSealed(1);
    String kind = made(login).secrets().get(0).kind();
    SealDesk sparing =
        desk(new GatewaySettings.Seal(SealPolicy.ALL, Map.of(kind, SealPolicy.NONE)));
    sparing.keep(made(login));
    sparing.keep(made("echo " + PAT));
    awaitSealed(2);
  }

  @Test
  void nothingIsSealedOfAnActionThatCouldNotBeExaminedWhole() {
    SealDesk desk = desk(new GatewaySettings.Seal(SealPolicy.ALL, Map.of()));
    ActionMaker.Made whole = made("echo " + PAT);
    desk.keep(new ActionMaker.Made(ActionMaker.withoutBody(whole.action()), whole.secrets()));
    desk.keep(whole);
    awaitSealed(1);
  }

  private SealDesk desk(GatewaySettings.Seal policy) {
    return new SealDesk(
        policy,
        Sealing.sealer(directory.resolve("keys")),
        fingerprint -> registered.contains(fingerprint),
        outbox,
        "nowhere.sealed-credentials",
        new GatewayMetrics(meters),
        () -> now);
  }

  private ActionMaker.Made made(String command) {
    return made("Bash", Json.mapper().createObjectNode().put("command", command));
  }

  private ActionMaker.Made written(String content) {
    return made("Write", Json.mapper().createObjectNode().put("content", content));
  }

  private ActionMaker.Made made(String tool, JsonNode input) {
    Report report = ClaudeCodeEvent.read(Documents.object(GatewayFixture.preToolUse(tool, input)));
    return new ActionMaker(ActionRedactor.of(Redactor.standard(new TestFingerprints())), () -> now)
        .make(REPORTER, report, null);
  }

  /** Everything put before is on the disk then, as it is put in order. */
  private void awaitSealed(int count) {
    Awaitility.await()
        .until(
            () ->
                meters.counter("countermand.gateway.seals", "outcome", "sealed").count() >= count);
    assertThat(spool.records()).isEqualTo(count);
  }
}
