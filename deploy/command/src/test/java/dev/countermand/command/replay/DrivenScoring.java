package dev.countermand.command.replay;

import dev.countermand.detectors.Scoring;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.streams.ScoringTopology;
import dev.countermand.testkit.DrivenTopology;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;

/** The scoring topology in one thread: see {@link DrivenTopology}. */
public final class DrivenScoring implements AutoCloseable {
  private final Topics topics;
  private final DrivenTopology driven;

  /** A topology between topics of this prefix. */
  public DrivenScoring(Topics topics, Scoring scoring) {
    this.topics = topics;
    this.driven =
        new DrivenTopology(
            ScoringTopology.build(topics, scoring),
            state -> properties(topics, state),
            Instant.now());
  }

  private static Properties properties(Topics topics, Path state) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.prefix() + "-driven");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    return properties;
  }

  /** Puts a document on a topic. */
  public void put(String topic, String key, byte[] document) {
    driven.put(topic, key, document, Instant.now());
  }

  /** The findings. */
  public List<Finding> findings() {
    return driven.read(topics.findings(), Finding.CODEC);
  }

  /** The orders. */
  public List<ContainmentOrder> orders() {
    return driven.read(topics.containmentOrders(), ContainmentOrder.CODEC);
  }

  /** The scored actions. */
  public List<Action> scored() {
    return driven.read(topics.scoredActions(), Action.CODEC);
  }

  @Override
  public void close() {
    driven.close();
  }
}
