package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.DeadLetters;
import dev.countermand.runtime.kafka.GroupReader;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the orders and hands them to the agents of its partitions, on a thread of its own. Commits
 * a partition up to its lowest unfinished order, so that after a crash each unfinished one comes
 * again.
 */
final class OrderConsumer implements GroupReader.Handler, AutoCloseable {
  /** Unfinished orders above which no more are read. */
  static final int MAX_UNFINISHED = 10_000;

  private static final Logger log = LoggerFactory.getLogger(OrderConsumer.class);
  private static final String GROUP = "containment";

  private final String topic;
  private final Agents agents;
  private final Journal journal;
  private final OffsetTracker offsets = new OffsetTracker();
  private final GroupReader reader;

  OrderConsumer(KafkaSettings settings, Agents agents, Journal journal) {
    this.topic = settings.topics().containmentOrders();
    this.agents = agents;
    this.journal = journal;
    this.reader = new GroupReader(settings, GROUP, this);
  }

  void start() {
    reader.start();
  }

  /** How many orders are read and not finished. */
  int unfinished() {
    return offsets.unfinished();
  }

  @Override
  public void subscribe(KafkaConsumer<String, byte[]> consumer) {
    consumer.subscribe(List.of(topic), new Rebalance(consumer));
  }

  @Override
  public void polled(
      KafkaConsumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> messages) {
    messages.forEach(this::dispatch);
    commit(consumer);
    throttle(consumer);
  }

  private void dispatch(ConsumerRecord<String, byte[]> message) {
    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
    offsets.started(partition, message.offset());
    Runnable finished = () -> offsets.finished(partition, message.offset());
    try {
      if (message.value() == null) {
        throw new MalformedDocumentException("", "is empty");
      }
      ContainmentOrder order = ContainmentOrder.CODEC.decode(message.value());
      agents.at(order.agentId(), message.partition()).receive(order, finished);
    } catch (MalformedDocumentException e) {
      log.warn(
          "Record at offset {} of {} is no containment order and goes to the dead letters: {}",
          message.offset(),
          partition,
          e.getMessage());
      journal.write(
          DeadLetters.of(
              "containment",
              message,
              "ORDER_UNREADABLE",
              String.valueOf(e.getMessage()),
              journal.now()));
      finished.run();
    }
  }

  private void commit(KafkaConsumer<String, byte[]> current) {
    Map<TopicPartition, OffsetAndMetadata> moved = offsets.toCommit();
    if (!moved.isEmpty()) {
      current.commitAsync(
          moved,
          (done, error) -> {
            if (error == null) {
              offsets.committed(done);
            } else {
              log.debug("Offsets are committed with the next ones: {}", error.getMessage());
            }
          });
    }
  }

  private void throttle(KafkaConsumer<String, byte[]> current) {
    if (offsets.unfinished() > MAX_UNFINISHED) {
      current.pause(current.assignment());
    } else if (!current.paused().isEmpty()) {
      current.resume(current.paused());
    }
  }

  private void commitNow(KafkaConsumer<String, byte[]> current) {
    try {
      Map<TopicPartition, OffsetAndMetadata> moved = offsets.toCommit();
      if (!moved.isEmpty()) {
        current.commitSync(moved, Duration.ofSeconds(5));
        offsets.committed(moved);
      }
    } catch (KafkaException e) {
      log.warn("The last finished orders will come again, which does no harm: {}", e.getMessage());
    }
  }

  /** Commits what is finished and leaves the group. */
  @Override
  public void close() {
    reader.close();
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, byte[]> current;

    Rebalance(KafkaConsumer<String, byte[]> current) {
      this.current = current;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
      if (!added.isEmpty()) {
        agents.own(
            added.stream().map(TopicPartition::partition).toList(),
            current.partitionsFor(topic).size());
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> removed) {
      agents.disown(removed.stream().map(TopicPartition::partition).toList());
      commitNow(current);
      offsets.forget(removed);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      agents.disown(lost.stream().map(TopicPartition::partition).toList());
      offsets.forget(lost);
    }
  }
}
