package dev.countermand.command.replay;

import dev.countermand.detectors.Scoring;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.streams.ScoringTopology;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/**
 * The scoring topology in one thread, without a broker: what is put is scored when {@code put}
 * returns. What is read is what came out since it was last read.
 */
public final class DrivenScoring implements AutoCloseable {
  private final Topics topics;
  private final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
  private final Map<String, TestOutputTopic<String, byte[]>> outputs = new HashMap<>();

  /** A topology between topics of this prefix. */
  public DrivenScoring(Topics topics, Scoring scoring, Path state) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.prefix() + "-driven");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    this.topics = topics;
    this.driver = new TopologyTestDriver(ScoringTopology.build(topics, scoring), properties);
  }

  /** Puts a document on a topic. */
  public void put(String topic, String key, byte[] document) {
    inputs
        .computeIfAbsent(
            topic,
            name ->
                driver.createInputTopic(name, new StringSerializer(), new ByteArraySerializer()))
        .pipeInput(key, document);
  }

  /** The findings. */
  public List<Finding> findings() {
    return read(topics.findings(), Finding.CODEC);
  }

  /** The orders. */
  public List<ContainmentOrder> orders() {
    return read(topics.containmentOrders(), ContainmentOrder.CODEC);
  }

  /** The scored actions. */
  public List<Action> scored() {
    return read(topics.scoredActions(), Action.CODEC);
  }

  private <T> List<T> read(String topic, DocumentCodec<T> codec) {
    return outputs
        .computeIfAbsent(
            topic,
            name ->
                driver.createOutputTopic(
                    name, new StringDeserializer(), new ByteArrayDeserializer()))
        .readValuesToList()
        .stream()
        .map(codec::decode)
        .toList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
