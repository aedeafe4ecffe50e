package dev.countermand.command.bench;

import dev.countermand.benchmarks.BenchActions;
import dev.countermand.benchmarks.BenchActions.Scored;
import dev.countermand.command.stack.Stopping;
import dev.countermand.dashboards.evidence.LogName;
import dev.countermand.dashboards.evidence.LogReport;
import dev.countermand.dashboards.evidence.Notary;
import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.dashboards.evidence.Problem;
import dev.countermand.dashboards.evidence.PublicKeys;
import dev.countermand.dashboards.evidence.Verification;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Progress;
import dev.countermand.embedded.Trees;
import dev.countermand.model.Topics;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records a second {@code verify} reads from a real Kafka and checks, after a notary
 * signed them, and how many a consumer only reads.
 */
public final class EvidenceBench {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final int PARTITIONS = 4;

  private EvidenceBench() {}

  /**
   * What was measured.
   *
   * @param records that were verified
   * @param signed records a second that the notary read and signed
   * @param verified records a second that were read and checked
   * @param read records a second that were only read
   * @param heapPeak most bytes of heap in use while they were checked, with what could be collected
   * @param heapLimit bytes that the heap may have
   */
  public record Result(
      long records, double signed, double verified, double read, long heapPeak, long heapLimit) {
    /** For people. */
    public String toText() {
      return String.format(
          Locale.ROOT,
          "Of %,d records on a real Kafka: signed %,.0f a second, verified %,.0f, only read %,.0f,"
              + " ratio %.2f. Heap while verifying: at most %,d of %,d MiB.",
          records,
          signed,
          verified,
          read,
          verified / read,
          heapPeak >> 20,
          heapLimit >> 20);
    }
  }

  /** Measures on a Kafka that is started for it, and gone with all it wrote when this returns. */
  public static Result run(int records, Progress progress) throws Exception {
    Stopping stopping = new Stopping();
    try {
      Workplace place = Workplace.create(progress);
      stopping.started(() -> Trees.delete(place.directory()));
      KafkaServer kafka = stopping.started(place.kafka());
      return run(
          new KafkaSettings(kafka.bootstrapServers(), new Topics("evidence"), Map.of()),
          records,
          place.directory(),
          progress);
    } finally {
      stopping.close();
    }
  }

  /**
   * Measures on topics that do not exist yet.
   *
   * @param directory where the notary's key and files are made
   */
  public static Result run(KafkaSettings kafka, int records, Path directory, Progress progress)
      throws InterruptedException {
    new TopicAdmin(kafka).ensure(kafka.topics().all(), PARTITIONS, 1);
    progress.step("Writing " + records + " records");
    new BenchActions(kafka).fill(kafka.topics().actions(), records, Scored.NOT_YET);
    progress.step("Signing them");
    double signed = sign(kafka, records, directory);
    progress.step("Only reading them");
    double read = read(kafka, records);
    progress.step("Verifying them");
    List<MemoryPoolMXBean> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    heap.forEach(MemoryPoolMXBean::resetPeakUsage);
    double verified = verify(kafka, records, directory);
    long peak = heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    return new Result(records, signed, verified, read, peak, Runtime.getRuntime().maxMemory());
  }

  private static double sign(KafkaSettings kafka, int records, Path directory)
      throws InterruptedException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    long begun = System.nanoTime();
    try (Notary notary =
        Notary.start(
            kafka,
            new EvidenceSettings(List.of("actions"), 0, Duration.ofSeconds(1)),
            directory.resolve("keys"),
            directory.resolve("evidence"),
            meters,
            InstantSource.system())) {
      double rate =
          Waits.until(
                  LONGEST,
                  LOOK,
                  () ->
                      meters.get("countermand.evidence.records").counter().count() >= records
                          ? Optional.of(records / seconds(begun))
                          : Optional.<Double>empty())
              .orElseThrow(EvidenceBench::late);
      // What is left for the last checkpoint is signed a second later.
      return Waits.until(
              LONGEST,
              Duration.ofSeconds(2),
              () ->
                  check(kafka, directory).unchanged == records
                      ? Optional.of(rate)
                      : Optional.<Double>empty())
          .orElseThrow(EvidenceBench::late);
    }
  }

  private static IllegalStateException late() {
    return new IllegalStateException("not signed within " + LONGEST);
  }

  private static double read(KafkaSettings kafka, int records) {
    String topic = kafka.topics().actions();
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
    long begun = System.nanoTime();
    long count = 0;
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(kafka.tailing("bench-evidence"))) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (count < records) {
        int got = consumer.poll(Duration.ofSeconds(30)).count();
        if (got == 0) {
          throw new IllegalStateException(count + " of " + records + " records can be read");
        }
        count += got;
      }
    }
    return records / seconds(begun);
  }

  private static double verify(KafkaSettings kafka, int records, Path directory) {
    long begun = System.nanoTime();
    Count count = check(kafka, directory);
    double rate = records / seconds(begun);
    if (count.unchanged != records || !count.whole) {
      throw new IllegalStateException(count.unchanged + " of " + records + " are verified");
    }
    return rate;
  }

  private static Count check(KafkaSettings kafka, Path directory) {
    Count count = new Count();
    new Verification(
            kafka,
            PublicKeys.read(directory.resolve("keys").resolve(NotaryKey.PUBLIC_FILE)),
            directory.resolve("evidence"),
            Instant.now())
        .run(List.of(kafka.topics().actions()), Instant.EPOCH, null, count);
    return count;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static final class Count implements Verification.Listener {
    private long unchanged;
    private boolean whole = true;

    @Override
    public void begins(LogName log) {}

    @Override
    public void reads(LogName log, long offset, long end) {}

    @Override
    public void problem(Problem problem) {
      whole = false;
    }

    @Override
    public void ends(LogReport report) {
      unchanged += report.unchanged();
      whole &= report.isWhole();
    }
  }
}
