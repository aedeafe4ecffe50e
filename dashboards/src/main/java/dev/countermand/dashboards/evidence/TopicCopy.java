package dev.countermand.dashboards.evidence;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The topic of checkpoints, sorted into a file for each log, so that one log after another can be
 * verified however many there are. Deleted when closed.
 */
final class TopicCopy implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STALL = Duration.ofSeconds(60);

  private static final int BUFFER = 1 << 14;

  /** As many partitions as topics of evidence can have together. */
  private static final int MAX_LOGS = 2_000;

  private static final Pattern KEY = Pattern.compile("([A-Za-z0-9._-]{1,249})/([0-9]{1,6})");

  private final Path directory;
  private final Set<LogName> logs = new HashSet<>();

  private TopicCopy(Path directory) {
    this.directory = directory;
  }

  /**
   * Copies what is on the topic now.
   *
   * @param topics of whose logs checkpoints are wanted
   * @param since when the first that is copied was published
   */
  static TopicCopy of(KafkaSettings kafka, Collection<String> topics, Instant since) {
    TopicCopy copy;
    try {
      copy = new TopicCopy(Files.createTempDirectory("countermand-checkpoints-"));
    } catch (IOException e) {
      throw unwritable(e);
    }
    try {
      copy.fill(kafka, topics, since);
      return copy;
    } catch (IOException e) {
      copy.close();
      throw unwritable(e);
    } catch (RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  private void fill(KafkaSettings kafka, Collection<String> topics, Instant since)
      throws IOException {
    Map<LogName, OutputStream> files = new HashMap<>();
    TopicPartition partition = new TopicPartition(kafka.topics().checkpoints(), 0);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(kafka.tailing("countermand-verify-checkpoints"))) {
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      seek(consumer, partition, since, end);
      long deadline = System.nanoTime() + STALL.toNanos();
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          deadline = System.nanoTime() + STALL.toNanos();
          take(file(files, topics, message.key()), message);
        }
        if (System.nanoTime() > deadline) {
          throw new CountermandException(
              "KAFKA_UNREACHABLE",
              "Kafka at " + kafka.bootstrap() + " does not give the checkpoints.");
        }
      }
    } finally {
      for (OutputStream file : files.values()) {
        file.close();
      }
    }
  }

  private @Nullable OutputStream file(
      Map<LogName, OutputStream> files, Collection<String> topics, @Nullable String key)
      throws IOException {
    Matcher name = KEY.matcher(key == null ? "" : key);
    if (!name.matches() || !topics.contains(name.group(1))) {
      return null;
    }
    LogName log = new LogName(name.group(1), Integer.parseInt(name.group(2)));
    if (!files.containsKey(log) && files.size() < MAX_LOGS) {
      files.put(log, new BufferedOutputStream(Files.newOutputStream(file(log)), BUFFER));
      logs.add(log);
    }
    return files.get(log);
  }

  private static void seek(
      KafkaConsumer<?, ?> consumer, TopicPartition partition, Instant since, long end) {
    if (!since.isAfter(Instant.EPOCH)) {
      consumer.seekToBeginning(List.of(partition));
      return;
    }
    OffsetAndTimestamp found =
        consumer.offsetsForTimes(Map.of(partition, since.toEpochMilli())).get(partition);
    consumer.seek(partition, found == null ? end : found.offset());
  }

  private static void take(@Nullable OutputStream file, ConsumerRecord<String, byte[]> message)
      throws IOException {
    if (file == null || message.value() == null) {
      return;
    }
    // One of ours has no line feed; in another's it must not make two lines.
    byte[] line = message.value().clone();
    for (int i = 0; i < line.length; i++) {
      line[i] = line[i] == '\n' ? (byte) ' ' : line[i];
    }
    file.write(line);
    file.write('\n');
  }

  Path file(LogName log) {
    return directory.resolve(log.file());
  }

  /** The logs of which there is a checkpoint. */
  Set<LogName> logs() {
    return Set.copyOf(logs);
  }

  private static CountermandException unwritable(IOException cause) {
    return new CountermandException(
        "FILE_UNWRITABLE",
        "Checkpoints cannot be copied to a temporary directory: " + FileErrors.why(cause) + ".",
        cause);
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }
}
