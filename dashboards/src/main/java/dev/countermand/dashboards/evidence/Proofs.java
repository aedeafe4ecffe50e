package dev.countermand.dashboards.evidence;

import dev.countermand.model.Checkpoint;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Makes inclusion proofs of records from the checkpoints on their topic. */
public final class Proofs {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaSettings kafka;
  private final PublicKeys keys;
  private final Hasher hasher = new Hasher();

  /** Reads nothing yet; only what these keys signed counts. */
  public Proofs(KafkaSettings kafka, PublicKeys keys) {
    this.kafka = kafka;
    this.keys = keys;
  }

  /**
   * The proofs of records, by log and offset. There is none of a record that is not signed yet,
   * that is not there any more, or that is not what was signed.
   *
   * @param places offsets by log
   * @throws CountermandException KAFKA_UNREACHABLE when that takes longer than the limit
   */
  public List<InclusionProof> of(Map<LogName, NavigableSet<Long>> places, Duration limit) {
    Map<String, LogName> logs = new TreeMap<>();
    Map<LogName, NavigableSet<Long>> open = new TreeMap<>();
    places.forEach(
        (log, offsets) -> {
          logs.put(log.key(), log);
          open.put(log, new TreeSet<>(offsets));
        });
    List<InclusionProof> proofs = new ArrayList<>();
    Map<LogName, Records> reading = new TreeMap<>();
    TopicPartition partition = new TopicPartition(kafka.topics().checkpoints(), 0);
    long deadline = System.nanoTime() + limit.toNanos();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(kafka.tailing("countermand-proofs"))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end
          && open.values().stream().anyMatch(s -> !s.isEmpty())) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          LogName log = logs.get(String.valueOf(message.key()));
          if (log != null && message.value() != null) {
            opened(log, message.value())
                .ifPresent(
                    one ->
                        prove(log, one, open.getOrDefault(log, new TreeSet<>()), reading, proofs));
          }
        }
        if (System.nanoTime() > deadline) {
          throw new CountermandException(
              "KAFKA_UNREACHABLE",
              "Kafka at " + kafka.bootstrap() + " did not give all checkpoints in time.");
        }
      }
    } finally {
      reading.values().forEach(Records::close);
    }
    return proofs;
  }

  private Optional<Sealed> opened(LogName log, byte[] json) {
    try {
      return Optional.of(Sealed.open(log, Checkpoint.CODEC.decode(json), keys, hasher));
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      // It proves nothing; verify tells of it.
      return Optional.empty();
    }
  }

  private void prove(
      LogName log,
      Sealed one,
      NavigableSet<Long> open,
      Map<LogName, Records> reading,
      List<InclusionProof> proofs) {
    List<Long> covered =
        open.subSet(one.firstOffset(), true, one.lastOffset(), true).stream()
            .filter(offset -> Arrays.binarySearch(one.offsets(), offset) >= 0)
            .toList();
    if (covered.isEmpty()) {
      return;
    }
    Records records = reading.computeIfAbsent(log, name -> new Records(kafka, name));
    for (long offset : covered) {
      open.remove(offset);
      records
          .at(offset)
          .map(
              record ->
                  InclusionProof.of(
                      record, one, Arrays.binarySearch(one.offsets(), offset), hasher))
          .filter(proof -> proof.problem(keys).isEmpty())
          .ifPresent(proofs::add);
    }
  }
}
