package dev.countermand.containment.signals;

import dev.countermand.containment.Threads;
import dev.countermand.model.Signal;
import dev.countermand.model.SignalState;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Parts;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transmitter: tells receivers when an agent was stopped, a credential taken away, or a risk
 * changed. What a receiver has not acknowledged is on a topic and is sent again after a crash.
 * Several processes may run one; only one of them sends. Thread-safe.
 */
public final class SignalService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SignalService.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final Parts parts = new Parts("the transmitter");

  private SignalService() {}

  /**
   * Starts, and returns when it listens. The topics must exist.
   *
   * @param settings with at least one stream
   * @param keys the directory of keys; one that signs is made there at the first start
   * @throws CountermandException KAFKA_UNREACHABLE, PORT_TAKEN, KEY_UNREADABLE, SECRET_UNREADABLE,
   *     CONFIG_DUPLICATE_TOKEN
   */
  public static SignalService start(
      KafkaSettings kafka,
      SignalSettings settings,
      Path keys,
      MeterRegistry meters,
      InstantSource clock) {
    return start(kafka, settings, keys, meters, clock, Pusher.Pauses.DEFAULT);
  }

  static SignalService start(
      KafkaSettings kafka,
      SignalSettings settings,
      Path keys,
      MeterRegistry meters,
      InstantSource clock,
      Pusher.Pauses pauses) {
    SignalService service = new SignalService();
    try {
      service.begin(kafka, settings, keys, meters, clock, pauses);
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  private void begin(
      KafkaSettings kafka,
      SignalSettings settings,
      Path keys,
      MeterRegistry meters,
      InstantSource clock,
      Pusher.Pauses pauses) {
    String issuer = Objects.requireNonNull(settings.issuer()).toString();
    SigningKey key = SigningKey.in(keys);
    SignalLog signals = push(new SignalLog(kafka));
    Outbox outbox = new Outbox(settings.streams().keySet());
    States states = new States(settings.streams());
    Deliveries deliveries =
        new Deliveries(
            settings.streams().keySet(),
            states,
            outbox,
            new Tokens(issuer, key, clock),
            signals,
            meters,
            clock);
    CompactedView<Signal> waiting =
        push(
            CompactedView.keepingNothing(
                kafka, kafka.topics().signals(), Signal.CODEC, outbox::put));
    CompactedView<SignalState> remembered =
        push(
            CompactedView.keepingNothing(
                kafka, kafka.topics().signalState(), SignalState.CODEC, states::put));
    waiting.awaitCaughtUp(PATIENCE);
    remembered.awaitCaughtUp(PATIENCE);
    SourceReader reader = push(new SourceReader(kafka, deliveries, states, signals, clock));
    settings
        .streams()
        .forEach(
            (name, stream) -> {
              if (stream.delivery() == SignalSettings.Delivery.PUSH) {
                push(new Pusher(name, stream, pauses, outbox, states, deliveries, reader::leads))
                    .start();
              }
            });
    ScheduledExecutorService timer = Threads.timer("signals-timer");
    parts.push(timer::shutdownNow);
    timer.scheduleWithFixedDelay(
        () -> sweep(reader, deliveries), SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    push(new Transmitter(
            settings,
            key,
            new StreamDesk(issuer, states, deliveries, signals, clock),
            new PollDesk(states, outbox, deliveries)))
        .start();
    reader.start();
    log.info(
        "Signals of {} are told to {}; receivers ask on {}:{}",
        issuer,
        settings.streams().keySet(),
        settings.host(),
        settings.port());
  }

  private static void sweep(SourceReader reader, Deliveries deliveries) {
    try {
      if (reader.leads()) {
        deliveries.sweep();
      }
    } catch (RuntimeException e) {
      log.warn("Signals that waited too long are dropped later: {}", e.getMessage());
    }
  }

  private <P extends AutoCloseable> P push(P part) {
    return parts.push(part);
  }

  /** Stops; what no receiver acknowledged is sent by the next process. */
  @Override
  public void close() {
    parts.close();
  }
}
