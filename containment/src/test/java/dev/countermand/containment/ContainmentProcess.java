package dev.countermand.containment;

import dev.countermand.model.Topics;
import dev.countermand.runtime.config.BudgetSettings;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Containment in a JVM of its own, to be killed. */
final class ContainmentProcess {
  private static final int NO_DOORS = 1;

  private ContainmentProcess() {}

  static Process start(Rig rig, Path directory) throws IOException {
    return start(rig, directory, NO_DOORS);
  }

  /** One that also knows the endpoint of badges at a port. */
  static Process start(Rig rig, Path directory, int doors) throws IOException {
    File log = directory.resolve("process-" + System.nanoTime() + ".log").toFile();
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dcontainment.log=" + log.toPath().resolveSibling(log.getName() + ".debug"),
                "-cp",
                System.getProperty("java.class.path"),
                ContainmentProcess.class.getName(),
                rig.kafka.bootstrap(),
                rig.kafka.topics().prefix(),
                directory.toString(),
                Integer.toString(rig.server.port()),
                Integer.toString(doors)))
        .redirectErrorStream(true)
        .redirectOutput(log)
        .start();
  }

  /** Arguments: bootstrap, prefix of the topics, directory of the keys, ports of the providers. */
  public static void main(String[] args) throws InterruptedException {
    Path directory = Path.of(args[2]);
    ContainmentService.start(
        new KafkaSettings(args[0], new Topics(args[1]), Map.of()),
        new ContainmentSettings(
            ContainmentSettings.Mode.ENFORCE,
            null,
            null,
            new BudgetSettings(10_000, 10_000, 3),
            null,
            null,
            null,
            Map.of(
                Rig.AUTH,
                Rig.authProvider(directory, Integer.parseInt(args[3]), Duration.ofSeconds(60)),
                Doors.NAME,
                Doors.provider(directory, Integer.parseInt(args[4]))),
            null),
        Sealing.opener(directory.resolve("keys")),
        new SimpleMeterRegistry(),
        InstantSource.system(),
        Rig.FAST);
    new CountDownLatch(1).await();
  }
}
