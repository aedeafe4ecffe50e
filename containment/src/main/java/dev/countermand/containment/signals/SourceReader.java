package dev.countermand.containment.signals;

import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Severity;
import dev.countermand.model.SignalState;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.DeadLetters;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads outcomes and risks on a thread of its own, and commits them when what they led to is on the
 * topic of signals. Whoever has the partition of that topic also sends: one process of all.
 */
final class SourceReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SourceReader.class);
  private static final String GROUP = "signals";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Longer than it takes a reader to see a new partition. */
  private static final Duration FIRST_LOOK_BACK = Duration.ofMinutes(10);

  private final KafkaSettings settings;
  private final TopicPartition sending;
  private final Deliveries deliveries;
  private final States states;
  private final SignalLog signals;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile KafkaConsumer<String, byte[]> consumer;
  private volatile boolean leads;

  SourceReader(
      KafkaSettings settings,
      Deliveries deliveries,
      States states,
      SignalLog signals,
      InstantSource clock) {
    this.settings = settings;
    this.sending = new TopicPartition(settings.topics().signals(), 0);
    this.deliveries = deliveries;
    this.states = states;
    this.signals = signals;
    this.clock = clock;
    this.consumer = new KafkaConsumer<>(properties());
    this.thread = new Thread(this::consume, "signals-source");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether this process sends, and no other. */
  boolean leads() {
    return leads;
  }

  private Properties properties() {
    Properties properties = settings.consumer("countermand-signals", GROUP);
    properties.putIfAbsent(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000");
    properties.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "1500");
    return properties;
  }

  private void consume() {
    while (closing.getCount() > 0) {
      try (KafkaConsumer<String, byte[]> current = consumer) {
        current.subscribe(
            List.of(
                settings.topics().containmentOutcomes(), settings.topics().risk(), sending.topic()),
            new Start(current));
        while (closing.getCount() > 0) {
          ConsumerRecords<String, byte[]> messages = current.poll(POLL);
          leads = current.assignment().contains(sending);
          for (ConsumerRecord<String, byte[]> message : messages) {
            take(message);
          }
          if (!messages.isEmpty()) {
            current.commitSync();
          }
        }
      } catch (WakeupException e) {
        log.debug("Reading for signals ends");
      } catch (RuntimeException e) {
        log.error("Signals cannot be made now, trying again: {}", e.toString());
        pause();
      } finally {
        leads = false;
      }
      if (closing.getCount() > 0) {
        consumer = new KafkaConsumer<>(properties());
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> message) {
    try {
      if (message.value() == null) {
        return;
      }
      if (message.topic().equals(settings.topics().risk())) {
        take(Risk.CODEC.decode(message.value()));
      } else {
        Translator.of(ContainmentOutcome.CODEC.decode(message.value())).ifPresent(deliveries::take);
      }
    } catch (MalformedDocumentException e) {
      log.warn(
          "Offset {} of {}-{} makes no signal and goes to the dead letters: {}",
          message.offset(),
          message.topic(),
          message.partition(),
          e.getMessage());
      signals.put(
          DeadLetters.of(
              "signals",
              message,
              "SIGNAL_SOURCE_UNREADABLE",
              String.valueOf(e.getMessage()),
              clock.instant()));
    }
  }

  private void take(Risk risk) {
    String agent = risk.agentId();
    if (risk.kind() != RiskSubject.AGENT || agent == null) {
      return;
    }
    Translator.of(risk, states.level(agent))
        .ifPresent(
            event -> {
              deliveries.take(event);
              remember(States.agent(agent, Translator.level(risk), risk.time()));
            });
  }

  // After the signals: after a crash between the two they are made again, with the same identifier.
  private void remember(SignalState state) {
    if (state.level() == Severity.LOW) {
      signals.forget(state);
      states.put(state.key(), null);
    } else {
      signals.put(state);
      states.put(state.key(), state);
    }
  }

  private void pause() {
    try {
      closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leaves the group. */
  @Override
  public void close() {
    closing.countDown();
    consumer.wakeup();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A transmitter that is set up tells of what happens from then on, not of the last month. */
  private final class Start implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, byte[]> current;

    Start(KafkaConsumer<String, byte[]> current) {
      this.current = current;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
      List<TopicPartition> sources = added.stream().filter(p -> !p.equals(sending)).toList();
      if (added.contains(sending)) {
        // Assigned for who sends; its records are followed by a view.
        current.pause(List.of(sending));
      }
      Map<TopicPartition, OffsetAndMetadata> committed =
          current.committed(new java.util.HashSet<>(sources));
      Map<TopicPartition, Long> unknown = new HashMap<>();
      long from = clock.instant().minus(FIRST_LOOK_BACK).toEpochMilli();
      for (TopicPartition source : sources) {
        if (committed.get(source) == null) {
          unknown.put(source, from);
        }
      }
      Map<TopicPartition, OffsetAndTimestamp> found = current.offsetsForTimes(unknown);
      Map<TopicPartition, Long> ends = current.endOffsets(unknown.keySet());
      Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
      for (TopicPartition source : unknown.keySet()) {
        OffsetAndTimestamp at = found.get(source);
        long start = at == null ? ends.getOrDefault(source, 0L) : at.offset();
        current.seek(source, start);
        starts.put(source, new OffsetAndMetadata(start));
      }
      // At once: what comes while no process runs must not count as before the start.
      current.commitSync(starts);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> removed) {
      // Everything that was read is committed already.
    }
  }
}
