package dev.countermand.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** How large the learning job's heap and state are while it learns from a long history. */
public final class LearningStateBench {
  private static final int PARTITIONS = 4;
  private static final int LOOKS = 10;
  private static final Duration LOOK = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final Path scratch;
  private final int records;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param kafka a Kafka without topics of this prefix
   * @param scratch an empty directory
   * @param records how many scored actions there are to learn from
   */
  public LearningStateBench(
      KafkaSettings kafka, Path scratch, int records, Consumer<String> progress) {
    this.kafka = kafka;
    this.scratch = scratch;
    this.records = records;
    this.progress = progress;
  }

  /**
   * One look.
   *
   * @param samples learned from by then
   * @param keys for how many keys something was learned
   * @param heapBytes live heap of this process, after a collection
   * @param stateBytes of the last checkpoint
   */
  public record Look(long samples, long keys, long heapBytes, long stateBytes) {
    private String row() {
      return String.format(
          Locale.ROOT,
          "%10d  %7d  %12.1f  %13.2f%n",
          samples,
          keys,
          heapBytes / 1e6,
          stateBytes / 1e6);
    }
  }

  /**
   * What was seen.
   *
   * @param records how many actions
   * @param seconds how long learning took
   */
  public record Result(int records, double seconds, List<Look> looks) {
    /** A table for people. */
    public String toText() {
      StringBuilder out = new StringBuilder("   samples     keys  live heap MB  checkpoint MB\n");
      looks.forEach(look -> out.append(look.row()));
      return out.append(
              String.format(
                  Locale.ROOT,
                  "%d actions in %.0f s, collections for the looks included.",
                  records,
                  seconds))
          .toString();
    }

    /** The same for machines. */
    public String toJson() {
      ArrayNode array = Json.mapper().createArrayNode();
      looks.forEach(
          look ->
              array
                  .addObject()
                  .put("samples", look.samples())
                  .put("keys", look.keys())
                  .put("heap_bytes", look.heapBytes())
                  .put("checkpoint_bytes", look.stateBytes()));
      return array.toString();
    }
  }

  /** Fills the topic, learns from it, and looks now and then. */
  public Result run() throws InterruptedException {
    new TopicAdmin(kafka).ensure(kafka.topics().all(), PARTITIONS, 1);
    progress.accept("Writing " + records + " scored actions");
    new BenchActions(kafka).fill(kafka.topics().scoredActions(), records, BenchActions.Scored.YES);
    progress.accept("Learning from them");
    LearningSettings settings = LearningSettings.of(kafka, scratch);
    List<Look> looks = new ArrayList<>();
    // Three of four actions have two samples: one of the agent, one of the resource.
    long each = Math.max(1, records * 3L / 2 / LOOKS);
    long begun = System.nanoTime();
    try (LearningJob job =
        LearningJob.startBounded(settings, BenchActions.START, BenchActions.end(records))) {
      while (!job.awaitEnd(LOOK)) {
        Optional<Summary> now = job.progress();
        if (now.isPresent() && now.get().samples() >= each * (looks.size() + 1)) {
          Look look = look(now.get());
          looks.add(look);
          progress.accept(look.row().strip());
        }
      }
      looks.add(look(job.await()));
    }
    return new Result(records, (System.nanoTime() - begun) / 1e9, looks);
  }

  private Look look(Summary summary) {
    System.gc();
    return new Look(
        summary.samples(),
        summary.keys(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        lastCheckpoint());
  }

  /** Two are kept, and one may be in the making: the largest. */
  private long lastCheckpoint() {
    try (Stream<Path> all = Files.walk(scratch, 3)) {
      return all.filter(path -> path.getFileName().toString().startsWith("chk-"))
          .mapToLong(LearningStateBench::size)
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
}
