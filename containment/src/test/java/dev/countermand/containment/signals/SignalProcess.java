package dev.countermand.containment.signals;

import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A transmitter in a JVM of its own, to be killed. */
final class SignalProcess {
  private SignalProcess() {}

  /** Arguments: bootstrap, prefix of the topics, directory, port, endpoint of the receiver. */
  public static void main(String[] args) throws InterruptedException {
    Path directory = Path.of(args[2]);
    SignalService.start(
        new KafkaSettings(args[0], new Topics(args[1]), Map.of()),
        SignalRig.settings(directory, Integer.parseInt(args[3]), URI.create(args[4])),
        directory.resolve("keys"),
        new SimpleMeterRegistry(),
        InstantSource.system(),
        SignalRig.pauses());
    new CountDownLatch(1).await();
  }
}
