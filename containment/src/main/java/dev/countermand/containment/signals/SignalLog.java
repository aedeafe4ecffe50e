package dev.countermand.containment.signals;

import dev.countermand.model.DeadLetter;
import dev.countermand.model.Signal;
import dev.countermand.model.SignalState;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes what waits and what is remembered. A method returns when Kafka has it (acks=all).
 * Thread-safe; each method throws {@link CountermandException} KAFKA_UNREACHABLE when Kafka does
 * not take it.
 */
final class SignalLog implements AutoCloseable {
  private final Topics topics;
  private final String bootstrap;
  private final KafkaProducer<String, byte[]> producer;

  SignalLog(KafkaSettings kafka) {
    this.topics = kafka.topics();
    this.bootstrap = kafka.bootstrap();
    java.util.Properties properties = kafka.producer("countermand-signals");
    // A receiver that asks hears soon that Kafka is away.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "8000");
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "10000");
    properties.putAll(kafka.client());
    this.producer = new KafkaProducer<>(properties);
  }

  /** Lets signals wait. */
  void add(List<Signal> signals) {
    write(
        signals.stream()
            .map(s -> message(topics.signals(), s.key(), Signal.CODEC.encode(s)))
            .toList());
  }

  /** These wait no more; nor after a crash. */
  void remove(List<Signal> signals) {
    write(signals.stream().map(s -> message(topics.signals(), s.key(), null)).toList());
  }

  /** Remembers a state. */
  void put(SignalState state) {
    write(List.of(message(topics.signalState(), state.key(), SignalState.CODEC.encode(state))));
  }

  /** Forgets a state. */
  void forget(SignalState state) {
    write(List.of(message(topics.signalState(), state.key(), null)));
  }

  /** Records what could not be delivered. */
  void put(DeadLetter letter) {
    write(List.of(message(topics.deadLetters(), null, DeadLetter.CODEC.encode(letter))));
  }

  private static ProducerRecord<String, byte[]> message(
      String topic, @Nullable String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key, value);
  }

  private void write(List<ProducerRecord<String, byte[]>> messages) {
    try {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (ProducerRecord<String, byte[]> message : messages) {
        sent.add(producer.send(message));
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException | KafkaException e) {
      throw new CountermandException(
          "KAFKA_UNREACHABLE",
          "Signals cannot be written to Kafka at "
              + bootstrap
              + " now ("
              + e.getMessage()
              + "). Check kafka.bootstrap, and that the broker runs.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while writing signals.", e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
