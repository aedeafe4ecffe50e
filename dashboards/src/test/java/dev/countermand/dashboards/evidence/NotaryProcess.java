package dev.countermand.dashboards.evidence;

import dev.countermand.model.Topics;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A notary in a JVM of its own, to be killed. */
final class NotaryProcess {
  private NotaryProcess() {}

  /** Arguments: bootstrap, prefix of the topics, directories of the keys and of the files. */
  public static void main(String[] args) throws InterruptedException {
    Notary.start(
        new KafkaSettings(args[0], new Topics(args[1]), Map.of()),
        new EvidenceSettings(
            List.of("actions", "audit"), EvidenceRig.BATCH, Duration.ofMillis(300)),
        Path.of(args[2]),
        Path.of(args[3]),
        new SimpleMeterRegistry(),
        InstantSource.system());
    new CountDownLatch(1).await();
  }
}
