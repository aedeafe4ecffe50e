package dev.countermand.containment.signals;

import dev.countermand.containment.GroupReader;
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
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads outcomes and risks on a thread of its own, and commits them when what they led to is on the
 * topic of signals. Whoever has the partition of that topic also sends: one process of all.
 */
final class SourceReader implements GroupReader.Handler, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SourceReader.class);
  private static final String GROUP = "signals";

  /** Longer than it takes a reader to see a new partition. */
  private static final Duration FIRST_LOOK_BACK = Duration.ofMinutes(10);

  private final KafkaSettings settings;
  private final TopicPartition sending;
  private final Deliveries deliveries;
  private final States states;
  private final SignalLog signals;
  private final InstantSource clock;
  private final GroupReader reader;
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
    this.reader = new GroupReader(settings, GROUP, this);
  }

  void start() {
    reader.start();
  }

  /** Whether this process sends, and no other. */
  boolean leads() {
    return leads;
  }

  @Override
  public void subscribe(KafkaConsumer<String, byte[]> consumer) {
    consumer.subscribe(
        List.of(settings.topics().containmentOutcomes(), settings.topics().risk(), sending.topic()),
        new Start(consumer));
  }

  @Override
  public void polled(
      KafkaConsumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> messages) {
    leads = consumer.assignment().contains(sending);
    messages.forEach(this::take);
    if (!messages.isEmpty()) {
      consumer.commitSync();
    }
  }

  @Override
  public void ended() {
    leads = false;
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

  /** Leaves the group. */
  @Override
  public void close() {
    reader.close();
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
      Map<TopicPartition, OffsetAndMetadata> starts =
          FirstOffsets.of(current, sources, clock.instant().minus(FIRST_LOOK_BACK));
      starts.forEach(current::seek);
      // At once: what comes while no process runs must not count as before the start.
      current.commitSync(starts);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> removed) {
      // Everything that was read is committed already.
    }
  }
}
