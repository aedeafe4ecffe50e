package dev.countermand.command.demo;

import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Everything the pipeline says during the demo. Thread-safe. */
final class TopicTail implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final Topics topics;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Finding> findings = new CopyOnWriteArrayList<>();
  private final List<Verdict> verdicts = new CopyOnWriteArrayList<>();
  private final List<ContainmentOutcome> outcomes = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Object news = new Object();
  private final Thread thread;

  TopicTail(KafkaSettings settings) {
    this.topics = settings.topics();
    this.consumer = new KafkaConsumer<>(settings.tailing("countermand-demo"));
    List<TopicPartition> partitions =
        Stream.of(topics.findings(), topics.verdicts(), topics.containmentOutcomes())
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.thread = new Thread(this::follow, "demo-tail");
    thread.setDaemon(true);
    thread.start();
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  List<Verdict> verdicts() {
    return List.copyOf(verdicts);
  }

  List<ContainmentOutcome> outcomes() {
    return List.copyOf(outcomes);
  }

  /** Waits until an outcome is there that fits; false when the limit passes before. */
  boolean awaitOutcome(Predicate<ContainmentOutcome> fits, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    synchronized (news) {
      while (outcomes.stream().noneMatch(fits)) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        news.wait(left);
      }
    }
    return true;
  }

  @Override
  public void close() {
    closing.set(true);
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try (consumer) {
      while (!closing.get()) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          read(message);
        }
      }
    }
  }

  private void read(ConsumerRecord<String, byte[]> message) {
    try {
      if (message.topic().equals(topics.findings())) {
        findings.add(Finding.CODEC.decode(message.value()));
      } else if (message.topic().equals(topics.verdicts())) {
        verdicts.add(Verdict.CODEC.decode(message.value()));
      } else {
        outcomes.add(ContainmentOutcome.CODEC.decode(message.value()));
      }
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException(message.topic() + " holds a malformed document", e);
    }
    synchronized (news) {
      news.notifyAll();
    }
  }
}
