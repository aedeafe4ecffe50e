package dev.countermand.command.stack;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows what containment writes to a topic, from the moment it is made. For one thread.
 *
 * @param <T> the records of the topic
 */
public final class TopicWatch<T> implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<String, byte[]> consumer;
  private final DocumentCodec<T> codec;

  /** Starts at the present end of the topic. */
  public TopicWatch(KafkaSettings settings, String topic, DocumentCodec<T> codec) {
    this.consumer = new KafkaConsumer<>(settings.tailing("countermand-topic-watch"));
    this.codec = codec;
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /**
   * Waits for a record.
   *
   * @param relevant which records matter
   * @param last which of those ends the wait
   * @param seen told of each that matters
   * @return the one that ended the wait
   * @throws CountermandException NO_OUTCOME when the limit passes before
   */
  public T await(Predicate<T> relevant, Predicate<T> last, Consumer<T> seen, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
        T one;
        try {
          one = codec.decode(message.value());
        } catch (MalformedDocumentException e) {
          continue;
        }
        if (relevant.test(one)) {
          seen.accept(one);
          if (last.test(one)) {
            return one;
          }
        }
      }
    }
    throw new CountermandException(
        "NO_OUTCOME",
        "Containment did not finish within "
            + limit.toSeconds()
            + " s. Is `countermand contain` (or `up`) running? The order stays and will be taken up.");
  }

  @Override
  public void close() {
    consumer.close();
  }
}
