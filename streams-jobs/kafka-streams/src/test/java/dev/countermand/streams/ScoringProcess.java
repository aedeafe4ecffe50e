package dev.countermand.streams;

import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A job, that of scoring for instance, in a JVM of its own, to be killed. */
final class ScoringProcess {
  private final Process process;

  private ScoringProcess(Process process) {
    this.process = process;
  }

  /** Runs until standard input ends. Arguments: bootstrap, topic prefix, state directory. */
  public static void main(String[] args) throws IOException {
    KafkaSettings settings = new KafkaSettings(args[0], new Topics(args[1]), Map.of());
    try (ScoringJob job =
        ScoringJob.start(
            settings,
            1,
            Path.of(args[2]),
            new SimpleMeterRegistry(),
            Samples.scoring(),
            RiskBench.POLICY)) {
      job.awaitRunning(Duration.ofSeconds(60));
      System.in.read();
    }
  }

  /** Runs a main class of the same arguments. */
  static ScoringProcess start(
      Class<?> main, String bootstrap, String prefix, Path stateDir, Path log) throws IOException {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.configurationFile=log4j2-test.properties",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            main.getName(),
            bootstrap,
            prefix,
            stateDir.toString());
    return new ScoringProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())))
            .start());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As {@code kill -9} does: nothing is flushed, committed or closed. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }
}
