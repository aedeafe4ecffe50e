package dev.countermand.command.replay;

import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to topics of their own, under another prefix than that of any deployment. Each
 * says in a header where it is from. For one thread.
 */
public final class TopicStage implements Consumer<Moment>, AutoCloseable {
  /** The header that says that a record is a replay, and of which: topic-partition@offset. */
  public static final String HEADER = "countermand-replay";

  private static final Pattern LEGAL =
      Pattern.compile(Topics.REPLAY_PREFIX + "[A-Za-z0-9._-]{1,90}");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String place;
  private final Topics topics;
  private final TimeShift shift;
  private final KafkaProducer<String, byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  private TopicStage(KafkaSettings target, TimeShift shift) {
    this.place = target.bootstrap();
    this.topics = target.topics();
    this.shift = shift;
    this.producer = new KafkaProducer<>(target.producer("countermand-replay"));
  }

  /**
   * Creates the topics.
   *
   * @param live how the deployment's Kafka is reached, with its topics
   * @param prefix of the topics that are written to
   * @throws CountermandException REPLAY_PREFIX_REFUSED when the prefix is that of the deployment or
   *     does not begin with {@code replay-}, REPLAY_PREFIX_USED when there are records under it
   */
  public static TopicStage open(
      KafkaSettings live,
      String prefix,
      List<Kind> kinds,
      int partitions,
      int replication,
      TimeShift shift) {
    requireLegal(live, prefix);
    Topics topics = new Topics(prefix);
    KafkaSettings target = new KafkaSettings(live.bootstrap(), topics, live.client());
    Set<String> names = kinds.stream().map(kind -> kind.topic(topics)).collect(Collectors.toSet());
    new TopicAdmin(target)
        .ensure(
            topics.all().stream().filter(topic -> names.contains(topic.name())).toList(),
            partitions,
            replication);
    requireEmpty(target, names);
    return new TopicStage(target, shift);
  }

  /**
   * Lets a prefix pass that can be that of a replay.
   *
   * @param live the deployment's
   * @throws CountermandException REPLAY_PREFIX_REFUSED when it is that of the deployment, or does
   *     not begin with {@code replay-}
   */
  public static void requireLegal(KafkaSettings live, String prefix) {
    if (!LEGAL.matcher(prefix).matches() || prefix.equals(live.topics().prefix())) {
      throw new CountermandException(
          "REPLAY_PREFIX_REFUSED",
          "A replay is written to topics of its own only: the prefix must begin with "
              + Topics.REPLAY_PREFIX
              + ", have 1 to 90 more letters, digits, '.', '_' or '-', and not be the one that is"
              + " read.");
    }
  }

  /** Two replays in one place would tell a story that never was. */
  private static void requireEmpty(KafkaSettings target, Set<String> names) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(target.tailing("countermand-replay"))) {
      for (String name : names) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(name, LIMIT).stream()
                .map(info -> new TopicPartition(name, info.partition()))
                .toList();
        if (consumer.endOffsets(partitions, LIMIT).values().stream().anyMatch(end -> end > 0)) {
          throw new CountermandException(
              "REPLAY_PREFIX_USED",
              "The topic " + name + " has records already. Choose another prefix.");
        }
      }
    } catch (KafkaException e) {
      throw unreachable(target.bootstrap(), e);
    }
  }

  private static CountermandException unreachable(String place, Exception e) {
    return new CountermandException(
        "KAFKA_UNREACHABLE", "Kafka at " + place + " does not take the replay.", e);
  }

  /**
   * Writes a record.
   *
   * @throws CountermandException KAFKA_UNREACHABLE when this one or an earlier one is not taken
   */
  @Override
  public void accept(Moment moment) {
    requireTaken();
    ProducerRecord<String, byte[]> copy =
        new ProducerRecord<>(
            moment.kind().topic(topics), moment.message().key(), shift.bytes(moment));
    copy.headers().add(HEADER, moment.place().getBytes(StandardCharsets.UTF_8));
    try {
      producer.send(
          copy,
          (written, e) -> {
            if (e != null) {
              failure.compareAndSet(null, e);
            }
          });
    } catch (KafkaException e) {
      throw unreachable(place, e);
    }
  }

  private void requireTaken() {
    Exception e = failure.get();
    if (e != null) {
      throw unreachable(place, e);
    }
  }

  /**
   * Returns when every record is on its topic.
   *
   * @throws CountermandException KAFKA_UNREACHABLE when one is not
   */
  public void flush() {
    producer.flush();
    requireTaken();
  }

  @Override
  public void close() {
    producer.close(LIMIT);
  }
}
