package dev.countermand.containment.kafkaacl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A producer and a consumer of one user, whose connections stay open. For one thread. */
final class LiveUser implements AutoCloseable {
  private final String topic;
  private final KafkaProducer<String, String> producer;
  private final KafkaConsumer<String, String> consumer;

  LiveUser(String bootstrap, Map<String, String> login, String topic, String group) {
    this.topic = topic;
    Properties config = config(bootstrap, login);
    this.producer =
        new KafkaProducer<>(
            with(config, Map.of("enable.idempotence", "false", "max.block.ms", "5000")),
            new StringSerializer(),
            new StringSerializer());
    this.consumer =
        new KafkaConsumer<>(
            with(config, Map.of("group.id", group, "auto.offset.reset", "earliest")),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.subscribe(List.of(topic));
  }

  /** Whether the broker takes a record of a user that connects for it. */
  static boolean writesTo(String bootstrap, Map<String, String> login, String topic) {
    try (LiveUser user = new LiveUser(bootstrap, login, topic, "none")) {
      return user.writes("a record");
    }
  }

  /** Whether the broker gives a record, of which there is one, to a user that connects for it. */
  static boolean readsFrom(String bootstrap, Map<String, String> login, String topic) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            config(bootstrap, login), new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return !consumer.poll(Duration.ofSeconds(20)).isEmpty();
    } catch (AuthorizationException | AuthenticationException e) {
      return false;
    }
  }

  /** Whether the broker takes a record; false when the user is not let in or may not. */
  boolean writes(String value) {
    try {
      producer.send(new ProducerRecord<>(topic, value)).get(20, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof AuthenticationException) {
        return false;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What it is given within a moment. */
  List<String> reads() {
    List<String> values = new ArrayList<>();
    for (ConsumerRecord<String, String> read : consumer.poll(Duration.ofMillis(200))) {
      values.add(read.value());
    }
    return values;
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }

  private static Properties config(String bootstrap, Map<String, String> login) {
    Properties config = new Properties();
    config.putAll(login);
    config.put("bootstrap.servers", bootstrap);
    config.put("metadata.max.age.ms", "300");
    return config;
  }

  private static Properties with(Properties config, Map<String, String> further) {
    Properties all = new Properties();
    all.putAll(config);
    all.putAll(further);
    return all;
  }
}
