package dev.countermand.dashboards.evidence;

import dev.countermand.model.Checkpoint;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How far a notary is, by its files; nothing of them is verified.
 *
 * @param behind offsets that no checkpoint covers yet
 * @param last when the newest checkpoint was signed; empty when there is none
 */
public record NotaryStatus(long behind, Optional<Instant> last) {
  /**
   * Looks at the end of each log and of its file, and changes neither.
   *
   * @param topics with their prefix; one that is not there has nothing to sign
   * @throws CountermandException KAFKA_UNREACHABLE, EVIDENCE_UNREADABLE
   */
  public static NotaryStatus of(
      KafkaSettings kafka, Collection<String> topics, Path files, Duration limit) {
    Properties properties = kafka.tailing("countermand-notary-status");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    long behind = 0;
    Optional<Instant> newest = Optional.empty();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
      var partitions =
          consumer.listTopics(limit).entrySet().stream()
              .filter(topic -> topics.contains(topic.getKey()))
              .flatMap(topic -> topic.getValue().stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, limit);
      for (TopicPartition partition : partitions) {
        Optional<Checkpoint> last = new CheckpointFile(files, LogName.of(partition)).peek();
        long next = last.map(NotaryStatus::next).orElse(0L);
        long from = Math.max(next, beginnings.getOrDefault(partition, 0L));
        behind += Math.max(0, ends.getOrDefault(partition, 0L) - from);
        Optional<Instant> time = last.map(Checkpoint::time);
        if (time.isPresent() && (newest.isEmpty() || newest.get().isBefore(time.get()))) {
          newest = time;
        }
      }
    } catch (KafkaException e) {
      throw new CountermandException(
          "KAFKA_UNREACHABLE",
          "Kafka at " + kafka.bootstrap() + " does not say where its topics end.",
          e);
    }
    return new NotaryStatus(behind, newest);
  }

  private static long next(Checkpoint one) {
    long[] offsets = Offsets.of(one.offsets(), one.leaves().size());
    return offsets.length == 0 ? 0 : offsets[offsets.length - 1] + 1;
  }
}
