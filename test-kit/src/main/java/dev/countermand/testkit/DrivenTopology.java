package dev.countermand.testkit;

import dev.countermand.embedded.Trees;
import dev.countermand.model.json.DocumentCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * A topology in one thread, without a broker: what is put is worked off when {@code put} returns.
 * What is read is what came out of a topic since it was last read.
 */
public final class DrivenTopology implements AutoCloseable {
  private final Path state;
  private final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<@Nullable String, byte @Nullable []>> inputs =
      new HashMap<>();
  private final Map<String, TestOutputTopic<String, byte[]>> outputs = new HashMap<>();

  /**
   * Drives a topology.
   *
   * @param properties what Kafka Streams is told, by the directory of its state, which {@link
   *     #close} deletes
   * @param start what the clock on the wall says at first
   */
  public DrivenTopology(Topology topology, Function<Path, Properties> properties, Instant start) {
    try {
      this.state = Files.createTempDirectory("countermand-driven-");
    } catch (IOException e) {
      throw new UncheckedIOException("no directory for the state of a topology", e);
    }
    this.driver = new TopologyTestDriver(topology, properties.apply(state), start);
  }

  /** Puts a document on a topic; it carries that time. */
  public void put(String topic, @Nullable String key, byte @Nullable [] document, Instant time) {
    inputs
        .computeIfAbsent(
            topic,
            name ->
                driver.createInputTopic(name, new StringSerializer(), new ByteArraySerializer()))
        .pipeInput(key, document, time);
  }

  /** The documents that came out of a topic. */
  public <T> List<T> read(String topic, DocumentCodec<T> codec) {
    return raw(topic).stream().map(message -> codec.decode(message.value())).toList();
  }

  /** The same as they stand there. */
  public List<TestRecord<String, byte[]>> raw(String topic) {
    return outputs
        .computeIfAbsent(
            topic,
            name ->
                driver.createOutputTopic(
                    name, new StringDeserializer(), new ByteArrayDeserializer()))
        .readRecordsToList();
  }

  /** A store of the topology by its name. */
  public <V> KeyValueStore<String, V> store(String name) {
    return driver.getKeyValueStore(name);
  }

  /** A store of a kind of its own. */
  public StateStore stateStore(String name) {
    return driver.getStateStore(name);
  }

  /** Lets the clock on the wall go on. */
  public void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  @Override
  public void close() {
    driver.close();
    Trees.delete(state);
  }
}
