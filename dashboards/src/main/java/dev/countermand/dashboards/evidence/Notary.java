package dev.countermand.dashboards.evidence;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.GroupReader;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs what stands in topics, so that who changes it later is found out. Several may run with the
 * same key: whoever has the partition of the topic of checkpoints signs, and no other.
 */
public final class Notary implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Notary.class);
  private static final String GROUP = "notary";

  private final KafkaSettings kafka;
  private final EvidenceSettings settings;
  private final NotaryKey key;
  private final PublicKeys trusted;
  private final Path files;
  private final InstantSource clock;
  private final NotaryMetrics metrics;
  private final GroupReader reader;
  private @Nullable Signing signing;

  private Notary(
      KafkaSettings kafka,
      EvidenceSettings settings,
      Path keys,
      Path files,
      MeterRegistry meters,
      InstantSource clock) {
    this.kafka = kafka;
    this.settings = settings;
    this.key = NotaryKey.in(keys);
    this.trusted = PublicKeys.read(keys.resolve(NotaryKey.PUBLIC_FILE));
    this.files = files;
    this.clock = clock;
    this.metrics = new NotaryMetrics(meters);
    this.reader = new GroupReader(kafka, GROUP, new Turns());
  }

  /**
   * Starts and returns at once. The topics must exist.
   *
   * @param keys the directory of the key; it is made at the first start
   * @param files the directory of the files of checkpoints
   * @throws CountermandException KEY_UNREADABLE
   */
  public static Notary start(
      KafkaSettings kafka,
      EvidenceSettings settings,
      Path keys,
      Path files,
      MeterRegistry meters,
      InstantSource clock) {
    Notary notary = new Notary(kafka, settings, keys, files, meters, clock);
    notary.reader.start();
    return notary;
  }

  /** Leaves the group; what was read and not signed is read again by the next one. */
  @Override
  public void close() {
    reader.close();
  }

  /** On the reader's thread only. */
  private final class Turns implements GroupReader.Handler {
    private final TopicPartition leading = new TopicPartition(kafka.topics().checkpoints(), 0);

    @Override
    public void subscribe(KafkaConsumer<String, byte[]> consumer) {
      consumer.subscribe(List.of(leading.topic()));
    }

    @Override
    public void polled(
        KafkaConsumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> messages) {
      if (!consumer.assignment().contains(leading)) {
        ended();
        return;
      }
      // Assigned for who signs; what stands there is read by Signing.
      consumer.pause(List.of(leading));
      Signing current = signing;
      if (current == null) {
        current = new Signing(kafka, settings, key, trusted, files, clock, metrics);
        signing = current;
        metrics.leads(true);
        log.info("This notary signs, with the key {}", key.id());
      }
      current.turn();
    }

    @Override
    public void ended() {
      Signing current = signing;
      signing = null;
      metrics.leads(false);
      if (current != null) {
        current.close();
      }
    }
  }
}
