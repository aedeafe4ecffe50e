package dev.countermand.benchmarks;

import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import dev.countermand.streams.flink.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Learns in this process, with state on the heap. */
public final class LocalLearner implements Learner {
  private final Path scratch;
  private final LearningJob job;

  /**
   * Starts it.
   *
   * @param scratch an empty directory
   */
  public LocalLearner(KafkaSettings kafka, Path scratch, Instant from, Instant to) {
    this.scratch = scratch;
    this.job = LearningJob.startBounded(LearningSettings.of(kafka, scratch), from, to);
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    if (!job.awaitEnd(limit)) {
      return false;
    }
    job.await();
    return true;
  }

  @Override
  public Optional<Summary> progress() {
    return job.isDone() ? Optional.of(job.await()) : job.progress();
  }

  @Override
  public long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Two are kept, and one may be in the making: the largest. */
  @Override
  public long checkpointBytes() {
    try (Stream<Path> all = Files.walk(scratch, 3)) {
      return all.filter(path -> path.getFileName().toString().startsWith("chk-"))
          .mapToLong(LocalLearner::size)
          .max()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static long size(Path directory) {
    long size = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        size += Files.size(file);
      }
    } catch (NoSuchFileException replacedMeanwhile) {
      return size;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return size;
  }

  @Override
  public Optional<Long> rocksDbBytes() {
    return Optional.empty();
  }

  @Override
  public void close() {
    job.close();
  }
}
