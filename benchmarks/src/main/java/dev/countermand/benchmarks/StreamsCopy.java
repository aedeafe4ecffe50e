package dev.countermand.benchmarks;

import dev.countermand.model.Topic;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;

/** The limit of latency: a {@link BareCopy} with the settings of scoring, record by record. */
final class StreamsCopy implements AutoCloseable {
  private final String in = "bench-copy-in-" + Ids.next();
  private final String out = "bench-copy-out-" + Ids.next();
  private final KafkaStreams streams;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
  private final Thread reader;
  private volatile boolean closing;

  StreamsCopy(KafkaSettings kafka, int partitions, Path state) throws InterruptedException {
    new TopicAdmin(kafka)
        .ensure(
            List.of(new Topic(in, partitions, Map.of()), new Topic(out, partitions, Map.of())),
            partitions,
            1);
    streams = new BareCopy(kafka, in, in, out, 1, state).tuned();
    CountDownLatch running = new CountDownLatch(1);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
        });
    streams.start();
    producer = new KafkaProducer<>(kafka.producer("bench-copy"));
    consumer = new KafkaConsumer<>(kafka.tailing("bench-copy"));
    List<TopicPartition> assigned =
        consumer.partitionsFor(out).stream()
            .map(info -> new TopicPartition(out, info.partition()))
            .toList();
    consumer.assign(assigned);
    consumer.seekToEnd(assigned);
    assigned.forEach(consumer::position);
    reader = new Thread(this::read, "bench-copy");
    reader.start();
    if (!running.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the copy job did not start within 60 s");
    }
  }

  /** Sends one record; the future ends when its copy has been read. */
  CompletableFuture<Void> send(String key, byte[] value) {
    String id = Ids.next();
    CompletableFuture<Void> copied = new CompletableFuture<>();
    waiting.put(id, copied);
    ProducerRecord<String, byte[]> message = new ProducerRecord<>(in, key, value);
    message.headers().add("id", id.getBytes(StandardCharsets.US_ASCII));
    Future<?> unused =
        producer.send(
            message,
            (metadata, error) -> {
              if (error != null) {
                copied.completeExceptionally(error);
              }
            });
    return copied;
  }

  private void read() {
    while (!closing) {
      for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(50))) {
        CompletableFuture<Void> copied =
            waiting.remove(
                new String(message.headers().lastHeader("id").value(), StandardCharsets.US_ASCII));
        if (copied != null) {
          copied.complete(null);
        }
      }
    }
    consumer.close();
  }

  @Override
  public void close() {
    closing = true;
    streams.close(Duration.ofSeconds(10));
    producer.close();
    try {
      reader.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
