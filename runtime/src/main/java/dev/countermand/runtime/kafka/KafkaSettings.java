package dev.countermand.runtime.kafka;

import dev.countermand.model.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How processes reach Kafka. Keys are strings, values UTF-8 JSON.
 *
 * @param bootstrap {@code host:port}, several joined by commas
 * @param topics the names of the topics
 * @param client further client settings by Kafka's own keys, such as TLS and SASL; they win
 */
public record KafkaSettings(String bootstrap, Topics topics, Map<String, String> client) {

  /** The map is copied. */
  public KafkaSettings {
    client = Map.copyOf(client);
  }

  /** A producer that loses nothing and does not wait for company: idempotent, acks=all. */
  public Properties producer(String clientId) {
    Properties properties = base(clientId);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
    properties.putAll(client);
    return properties;
  }

  /** A consumer of a group that commits by hand and starts at the oldest record. */
  public Properties consumer(String clientId, String group) {
    Properties properties = tailing(clientId);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, topics.prefix() + "-" + group);
    properties.putAll(client);
    return properties;
  }

  /** A consumer without a group, for partitions that are assigned by hand. */
  public Properties tailing(String clientId) {
    Properties properties = base(clientId);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // A topic that a reader brings about has the broker's settings, not ours.
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.putAll(client);
    return properties;
  }

  /** An admin client. */
  public Map<String, Object> admin(String clientId) {
    Map<String, Object> map = new HashMap<>();
    base(clientId).forEach((key, value) -> map.put(key.toString(), value));
    map.putAll(client);
    return map;
  }

  /** Without the values of client settings: passwords are among them. */
  @Override
  public String toString() {
    return "KafkaSettings[bootstrap="
        + bootstrap
        + ", topics="
        + topics
        + ", client="
        + new TreeSet<>(client.keySet())
        + "]";
  }

  private Properties base(String clientId) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    // Back within a second once Kafka is; the defaults wait up to ten.
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, "50");
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
    return properties;
  }
}
