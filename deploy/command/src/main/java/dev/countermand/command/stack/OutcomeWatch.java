package dev.countermand.command.stack;

import dev.countermand.model.ContainmentOutcome;
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

/** Follows containment outcomes from the moment it is made. For one thread. */
public final class OutcomeWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<String, byte[]> consumer;

  /** Starts at the present end of the topic. */
  public OutcomeWatch(KafkaSettings settings) {
    this.consumer = new KafkaConsumer<>(settings.tailing("countermand-outcome-watch"));
    String topic = settings.topics().containmentOutcomes();
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /**
   * Waits for an outcome.
   *
   * @param relevant which outcomes matter
   * @param last which of those ends the wait
   * @param seen told of each that matters
   * @return the one that ended the wait
   * @throws CountermandException NO_OUTCOME when the limit passes before
   */
  public ContainmentOutcome await(
      Predicate<ContainmentOutcome> relevant,
      Predicate<ContainmentOutcome> last,
      Consumer<ContainmentOutcome> seen,
      Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
        ContainmentOutcome outcome;
        try {
          outcome = ContainmentOutcome.CODEC.decode(message.value());
        } catch (MalformedDocumentException e) {
          continue;
        }
        if (relevant.test(outcome)) {
          seen.accept(outcome);
          if (last.test(outcome)) {
            return outcome;
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
