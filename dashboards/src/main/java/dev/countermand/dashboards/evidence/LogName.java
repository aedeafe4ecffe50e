package dev.countermand.dashboards.evidence;

import dev.countermand.model.Checkpoint;
import org.apache.kafka.common.TopicPartition;

/**
 * The log of one partition of a topic.
 *
 * @param topic with its prefix
 */
public record LogName(String topic, int partition) implements Comparable<LogName> {
  /** That of a partition as Kafka's clients name it. */
  static LogName of(TopicPartition partition) {
    return new LogName(partition.topic(), partition.partition());
  }

  TopicPartition inKafka() {
    return new TopicPartition(topic, partition);
  }

  /** The first line of what is signed: a checkpoint of one log is none of another. */
  String origin() {
    return "countermand-evidence/" + key();
  }

  /** The key of its checkpoints on their topic. */
  String key() {
    return topic + "/" + partition;
  }

  /** The file of its checkpoints; a topic has no character that a file's name cannot have. */
  String file() {
    return topic + "-" + partition + ".jsonl";
  }

  boolean has(Checkpoint checkpoint) {
    return checkpoint.topic().equals(topic) && checkpoint.partition() == partition;
  }

  @Override
  public int compareTo(LogName other) {
    int byTopic = topic.compareTo(other.topic);
    return byTopic == 0 ? Integer.compare(partition, other.partition) : byTopic;
  }

  /** As in {@code topic-partition@offset}. */
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
