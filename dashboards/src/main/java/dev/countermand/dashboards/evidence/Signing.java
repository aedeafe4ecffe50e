package dev.countermand.dashboards.evidence;

import dev.countermand.model.Checkpoint;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the notary that leads does: reads every log in order, and signs. A checkpoint is on the disk
 * before it is on the topic; what a crash left between the two is published by the next one. For
 * one thread.
 */
final class Signing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Signing.class);
  private static final String FORKED = "EVIDENCE_FORKED";
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofSeconds(30);

  private final EvidenceSettings settings;
  private final List<String> topics;
  private final NotaryKey key;
  private final PublicKeys trusted;
  private final Path files;
  private final InstantSource clock;
  private final NotaryMetrics metrics;
  private final Hasher hasher = new Hasher();
  private final Map<TopicPartition, LogTail> tails = new HashMap<>();
  private final Set<TopicPartition> cut = new HashSet<>();
  private final CheckpointTopic checkpoints;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private Instant looked;

  Signing(
      KafkaSettings kafka,
      EvidenceSettings settings,
      NotaryKey key,
      PublicKeys trusted,
      Path files,
      InstantSource clock,
      NotaryMetrics metrics) {
    this.settings = settings;
    this.topics = settings.in(kafka.topics());
    this.key = key;
    this.trusted = trusted;
    this.files = files;
    this.clock = clock;
    this.metrics = metrics;
    this.looked = clock.instant();
    this.checkpoints = new CheckpointTopic(kafka);
    try {
      this.consumer = new KafkaConsumer<>(properties(kafka));
    } catch (RuntimeException e) {
      checkpoints.close();
      throw e;
    }
    try {
      begin();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Properties properties(KafkaSettings kafka) {
    Properties properties = kafka.tailing("countermand-notary");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    // A log that was cut must not be read again from its beginning as if it were new.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000");
    return properties;
  }

  private void begin() {
    Map<String, LogTail> byKey = new TreeMap<>();
    Map<String, Long> known = new HashMap<>();
    for (TopicPartition partition : partitions()) {
      LogTail tail = new LogTail(LogName.of(partition), hasher);
      tails.put(partition, tail);
      byKey.put(tail.log().key(), tail);
      file(tail).last().ifPresent(last -> tail.after(opened(tail, last)));
      known.put(tail.log().key(), tail.last().isPresent() ? tail.size() : -1L);
    }
    Map<String, Long> published = new HashMap<>();
    checkpoints.since(
        known,
        trusted,
        (name, one) -> {
          LogTail tail = byKey.get(name);
          if (tail != null) {
            follow(tail, one).ifPresent(size -> published.merge(name, size, Math::max));
          }
        });
    List<Sealed> unpublished = new ArrayList<>();
    for (LogTail tail : byKey.values()) {
      if (tail.size() > published.getOrDefault(tail.log().key(), 0L)) {
        tail.last().ifPresent(unpublished::add);
      }
    }
    if (!unpublished.isEmpty()) {
      log.info("Publishing {} checkpoint(s) that are in the files only", unpublished.size());
      checkpoints.publish(unpublished);
    }
    consumer.assign(tails.keySet());
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(tails.keySet());
    tails.forEach(
        (partition, tail) -> {
          if (tail.last().isEmpty()) {
            tail.skipTo(beginnings.getOrDefault(partition, 0L));
          }
          consumer.seek(partition, tail.next());
        });
  }

  private Set<TopicPartition> partitions() {
    Set<TopicPartition> partitions = new HashSet<>();
    for (String topic : topics) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    return partitions;
  }

  private CheckpointFile file(LogTail tail) {
    return new CheckpointFile(files, tail.log());
  }

  private Sealed opened(LogTail tail, Checkpoint last) {
    try {
      return Sealed.open(tail.log(), last, trusted, hasher);
    } catch (IllegalArgumentException e) {
      throw new CountermandException(
          "EVIDENCE_UNREADABLE",
          "The last checkpoint in "
              + file(tail).path()
              + " cannot be gone on from: "
              + e.getMessage()
              + ". Keep the file and move it elsewhere: the notary then goes on from the topic.",
          e);
    }
  }

  /** What another notary, or this one before a crash, published; its size where it is good. */
  private Optional<Long> follow(LogTail tail, Checkpoint published) {
    Sealed one;
    try {
      one = Sealed.open(tail.log(), published, trusted, hasher);
    } catch (IllegalArgumentException e) {
      log.error(
          "A checkpoint of {} on the topic was not made by a notary and is passed over: {}",
          tail.log(),
          e.getMessage());
      return Optional.empty();
    }
    if (tail.contradicts(one)) {
      halt(tail, one);
    } else if (one.size() > tail.size()) {
      if (tail.last().isPresent() && one.stretch().before() > tail.size()) {
        log.error("Checkpoints of {} are missing on the topic before {}", tail.log(), one.size());
      }
      file(tail).append(List.of(one.checkpoint()));
      tail.after(one);
    }
    return Optional.of(one.size());
  }

  private void halt(LogTail tail, Sealed other) {
    tail.fork();
    metrics.forked(tails.values().stream().filter(LogTail::forked).count());
    log.error(
        "{}: two different trees of {} were signed with this key (sizes {} and {})."
            + " Nothing more of it is signed. Run countermand verify, and find out who has the key.",
        FORKED,
        tail.log(),
        tail.size(),
        other.size());
  }

  /** How many records of each log, by its key, are signed and published. */
  Map<String, Long> sizes() {
    Map<String, Long> sizes = new TreeMap<>();
    tails.values().forEach(tail -> sizes.put(tail.log().key(), tail.size()));
    return sizes;
  }

  /** Reads and signs for about a second, or until there is nothing to read. */
  void turn() {
    Instant end = clock.instant().plus(TURN);
    boolean more = true;
    while (more && clock.instant().isBefore(end)) {
      List<Sealed> signed = new ArrayList<>();
      more = read(signed);
      Instant now = clock.instant();
      for (LogTail tail : tails.values()) {
        if (!tail.forked() && tail.isDue(settings.records(), settings.every(), now)) {
          signed.add(tail.sign(key, now));
        }
      }
      keep(signed);
    }
    look();
  }

  private boolean read(List<Sealed> signed) {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      outOfRange(e.partitions());
      return false;
    }
    Instant now = clock.instant();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      LogTail tail = tails.get(new TopicPartition(record.topic(), record.partition()));
      if (tail != null && !tail.forked()) {
        tail.add(record, now);
        metrics.read();
        if (tail.isDue(settings.records(), settings.every(), now)) {
          signed.add(tail.sign(key, now));
        }
      }
    }
    return !records.isEmpty();
  }

  private void keep(List<Sealed> signed) {
    if (signed.isEmpty()) {
      return;
    }
    Map<LogName, List<Checkpoint>> byLog = new TreeMap<>();
    for (Sealed one : signed) {
      Checkpoint checkpoint = one.checkpoint();
      LogName name = new LogName(checkpoint.topic(), Math.toIntExact(checkpoint.partition()));
      byLog.computeIfAbsent(name, n -> new ArrayList<>()).add(checkpoint);
    }
    byLog.forEach((name, some) -> new CheckpointFile(files, name).append(some));
    checkpoints.publish(signed);
    metrics.signed(signed.size());
  }

  private void outOfRange(Set<TopicPartition> partitions) {
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    for (TopicPartition partition : partitions) {
      LogTail tail = tails.get(partition);
      long beginning = beginnings.getOrDefault(partition, 0L);
      if (tail == null) {
        continue;
      }
      if (tail.next() < beginning) {
        log.warn(
            "Records of {} from offset {} to {} were deleted before they were read",
            partition,
            tail.next(),
            beginning - 1);
        tail.skipTo(beginning);
        consumer.seek(partition, beginning);
      } else if (cut.add(partition)) {
        log.error(
            "{} was cut: it ends before offset {}, up to which it is signed. Run countermand verify."
                + " Nothing of it is signed until it is longer than that.",
            partition,
            tail.next());
        consumer.pause(List.of(partition));
        consumer.seek(partition, tail.next());
      }
    }
  }

  /** Logs that were cut may have grown again, and topics may have more partitions. */
  private void look() {
    if (!cut.isEmpty()) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(cut);
      cut.removeIf(
          partition -> {
            LogTail tail = tails.get(partition);
            boolean grown =
                tail != null && ends.getOrDefault(partition, 0L) >= Math.max(1, tail.next());
            if (grown) {
              consumer.resume(List.of(partition));
            }
            return grown;
          });
    }
    if (clock.instant().isAfter(looked.plus(LOOK))) {
      looked = clock.instant();
      if (!partitions().equals(tails.keySet())) {
        throw new IllegalStateException("the topics have other partitions now: beginning again");
      }
    }
  }

  @Override
  public void close() {
    checkpoints.close();
    consumer.close();
  }
}
