package dev.countermand.streams;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A producer that can be asked to send what waits, without waiting for the answer. Kafka's has only
 * {@link #flush}, which returns when all is acknowledged, so that is called by a thread of its own;
 * what is sent while a flush is on its way does not linger either. Thread-safe.
 */
final class PromptProducer extends KafkaProducer<byte[], byte[]> {
  private final Consumer<PromptProducer> closed;
  private final ExecutorService flusher;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final AtomicBoolean asked = new AtomicBoolean();

  PromptProducer(Map<String, Object> settings, Consumer<PromptProducer> closed) {
    super(settings);
    this.closed = closed;
    String name = settings.get("client.id") + "-flush";
    flusher =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> message, Callback callback) {
    Future<RecordMetadata> sent = super.send(message, callback);
    waiting.set(true);
    return sent;
  }

  /** Sends what was handed over and waits for company; returns at once. */
  void sendWaiting() {
    if (waiting.getAndSet(false) && !asked.getAndSet(true)) {
      flusher.execute(this::flushNow);
    }
  }

  private void flushNow() {
    asked.set(false);
    try {
      flush();
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close(Duration timeout) {
    closed.accept(this);
    flusher.shutdown();
    super.close(timeout);
    flusher.shutdownNow();
  }
}
