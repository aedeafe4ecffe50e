package dev.countermand.streams.flink;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The learning job on a Flink in this process. The topics must exist. Thread-safe.
 *
 * <p>A job that goes on starts again from the last checkpoint in its directory.
 */
public final class LearningJob implements AutoCloseable {
  /** The code of the error that a job ends with when another one began to write baselines. */
  public static final String TAKEN_OVER = "LEARNING_TAKEN_OVER";

  private static final Logger log = LoggerFactory.getLogger(LearningJob.class);
  private static final Duration CLOSING = Duration.ofSeconds(20);

  private final JobClient client;
  private final CompletableFuture<JobExecutionResult> result;

  private LearningJob(JobClient client) {
    this.client = client;
    this.result = client.getJobExecutionResult();
  }

  /**
   * Starts a job that goes on until it is closed.
   *
   * @param from the first event time it learns from where there is no checkpoint
   */
  public static LearningJob start(LearningSettings settings, Instant from) {
    return submit(settings, from, null, latest(settings.checkpoints()));
  }

  /** Starts a job over what is on the topic now, from one event time to before another. */
  public static LearningJob startBounded(LearningSettings settings, Instant from, Instant to) {
    return submit(settings, from, to, Optional.empty());
  }

  /**
   * Learns from what is on the topic now, and returns when the baselines are committed. Readers see
   * them when the broker has marked that in every partition, moments later.
   *
   * @param from the first event time that is learned from
   * @param to the end of what is learned from
   * @throws CountermandException LEARNING_FAILED
   */
  public static Summary learn(LearningSettings settings, Instant from, Instant to) {
    try (LearningJob job = startBounded(settings, from, to)) {
      return job.await();
    }
  }

  /**
   * Waits until the job ends.
   *
   * @throws CountermandException LEARNING_TAKEN_OVER when another job began to write baselines,
   *     LEARNING_FAILED when it fails or is closed
   */
  public Summary await() {
    try {
      return Summary.of(result.get().getAllAccumulatorResults());
    } catch (ExecutionException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while learning.", e);
    }
  }

  /** Waits so long for its end, good or bad, and says whether it has come. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    try {
      result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  /** Whether it has ended, well or badly. */
  public boolean isDone() {
    return result.isDone();
  }

  /** What it has done so far, if it can be told now. */
  public Optional<Summary> progress() {
    try {
      return Optional.of(
          Summary.of(client.getAccumulators().get(CLOSING.toSeconds(), TimeUnit.SECONDS)));
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    } catch (IllegalStateException e) {
      // The job ended just now, and its Flink is being shut down.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Stops it and keeps its last checkpoint; returns after 20 s at the latest. */
  @Override
  public void close() {
    if (result.isDone()) {
      return;
    }
    try {
      client.cancel().get(CLOSING.toSeconds(), TimeUnit.SECONDS);
      result.handle((ended, error) -> ended).get(CLOSING.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("The learning job did not stop cleanly: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static LearningJob submit(
      LearningSettings settings, Instant from, @Nullable Instant to, Optional<Path> checkpoint) {
    Configuration configuration = LocalFlink.configuration(settings, to != null);
    checkpoint.ifPresent(
        path -> {
          log.info("The learning job goes on from checkpoint {}", path);
          configuration.setString("execution.state-recovery.path", path.toUri().toString());
        });
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(settings.parallelism(), configuration);
    LearningTopology.build(env, settings, from, to);
    try {
      return new LearningJob(env.executeAsync(LearningMain.JOB));
    } catch (Exception e) {
      throw failed(e);
    }
  }

  /** When the last checkpoint of a job that goes on was complete, by its settings' directory. */
  public static Optional<Instant> lastCheckpoint(Path directory) {
    return latest(directory.resolve(LearningSettings.CHECKPOINTS))
        .map(checkpoint -> Instant.ofEpochMilli(checkpoint.toFile().lastModified()));
  }

  /** The last checkpoint that was completed, of any run in the directory. */
  static Optional<Path> latest(Path checkpoints) {
    if (!Files.isDirectory(checkpoints)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(checkpoints, 3)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .map(Path::getParent);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for checkpoints in " + checkpoints, e);
    }
  }

  private static CountermandException failed(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
      if (root instanceof CountermandException known && known.code().equals(TAKEN_OVER)) {
        return new CountermandException(TAKEN_OVER, String.valueOf(known.getMessage()), e);
      }
    }
    return new CountermandException(
        "LEARNING_FAILED",
        "The learning job failed: "
            + root.getClass().getSimpleName()
            + ": "
            + root.getMessage()
            + " Check that Kafka answers, that its topics exist, and the log.",
        e);
  }
}
