package dev.countermand.dashboards.evidence;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.GroupReader;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
  private final Path keys;
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
    this.keys = keys;
    NotaryKey unused = NotaryKey.in(keys);
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
      if (signing != null && NotaryKey.hasNext(keys)) {
        // What was read and not signed is read again, and signed by the next key.
        ended();
      }
      Signing current = signing;
      if (current == null) {
        current = begin();
        signing = current;
        metrics.leads(true);
      }
      current.turn();
    }

    /** Begins to sign; where a key waits, the one before hands on to it first. */
    private Signing begin() {
      Optional<NotaryKey> next = NotaryKey.next(keys);
      if (next.isPresent()) {
        handOn(NotaryKey.in(keys), next.get());
        NotaryKey.promoteNext(keys);
      }
      NotaryKey key = NotaryKey.in(keys);
      if (!trusted().isCurrent(key.id())) {
        throw new CountermandException(
            "EVIDENCE_KEY_NOT_CURRENT",
            "The key "
                + key.id()
                + " in "
                + keys
                + " was replaced, or no statement in "
                + files.resolve(KeyChain.FILE)
                + " leads to it: nothing is signed with it. Copy the keys and that file from the"
                + " notary that has both.");
      }
      log.info("This notary signs, with the key {}", key.id());
      return signing(key);
    }

    /** Also done when it was done before a crash. */
    private void handOn(NotaryKey old, NotaryKey next) {
      boolean isDone =
          KeyChain.read(files).stream()
              .anyMatch(
                  one -> one.before().equals(old.id()) && one.after().equals(next.publicLine()));
      if (isDone || old.id().equals(next.id())) {
        return;
      }
      try (Signing last = signing(old)) {
        KeyChain.add(files, Rotation.sign(old, next, clock.instant(), last.sizes()));
      }
      log.info("The key {} of the notary handed on to {}", old.id(), next.id());
    }

    private PublicKeys trusted() {
      return PublicKeys.read(keys.resolve(NotaryKey.PUBLIC_FILE)).following(files);
    }

    private Signing signing(NotaryKey key) {
      return new Signing(kafka, settings, key, trusted(), files, clock, metrics);
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
