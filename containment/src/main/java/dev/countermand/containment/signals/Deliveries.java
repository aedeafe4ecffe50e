package dev.countermand.containment.signals;

import dev.countermand.model.Signal;
import dev.countermand.model.StreamStatus;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.DeadLetters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events for streams, and notes what became of each. Thread-safe. Methods throw {@link
 * CountermandException} KAFKA_UNREACHABLE when Kafka does not take what they note; then nothing has
 * changed, and the signal is delivered again.
 */
final class Deliveries {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);
  private static final String STAGE = "signals";
  private static final Pattern ERROR = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

  private final Set<String> names;
  private final States states;
  private final Outbox outbox;
  private final Tokens tokens;
  private final SignalLog signals;
  private final MeterRegistry meters;
  private final InstantSource clock;

  Deliveries(
      Set<String> names,
      States states,
      Outbox outbox,
      Tokens tokens,
      SignalLog signals,
      MeterRegistry meters,
      InstantSource clock) {
    this.names = names;
    this.states = states;
    this.outbox = outbox;
    this.tokens = tokens;
    this.signals = signals;
    this.meters = meters;
    this.clock = clock;
    names.forEach(
        name ->
            Gauge.builder("countermand.signals.waiting", outbox, o -> o.count(name))
                .description("Signals that the receiver has not acknowledged")
                .tag("stream", name)
                .register(meters));
  }

  /** Lets an event wait for every stream that takes it; it does when this returns. */
  void take(Event event) {
    // The receiver would act now on what may have been taken back long ago.
    if (event.time().isBefore(clock.instant().minus(Topics.UNDELIVERED))) {
      return;
    }
    List<Signal> made = new ArrayList<>();
    for (String name : names) {
      if (states.takes(name, event)) {
        Signal signal = tokens.of(name, states.settings(name).audience(), event);
        if (fits(signal)) {
          made.add(signal);
        }
      }
    }
    signals.add(made);
    made.forEach(signal -> count(signal.stream(), "taken"));
  }

  /**
   * Lets a verification wait.
   *
   * @return whether there is room for it
   */
  boolean verify(String stream, @org.jspecify.annotations.Nullable String state) {
    Signal signal = tokens.verification(stream, states.settings(stream).audience(), state);
    boolean fits = fits(signal);
    if (fits) {
      signals.add(List.of(signal));
    }
    return fits;
  }

  private boolean fits(Signal signal) {
    if (signal.token().length() > Tokens.MAX_TOKEN) {
      letter(signal, "SIGNAL_TOO_LARGE", "Its token is too large to be delivered");
      return false;
    }
    if (outbox.isFull(signal.stream())) {
      letter(signal, "SIGNAL_BACKLOG_FULL", "Too many signals wait for this receiver already");
      return false;
    }
    return true;
  }

  /** The receiver has these. */
  void acknowledged(List<Signal> done) {
    signals.remove(done);
    done.forEach(
        signal -> {
          outbox.remove(signal.stream(), signal.id());
          count(signal.stream(), "delivered");
        });
  }

  /** The receiver has one and will not take it, whatever is done. */
  void rejected(Signal signal, String error) {
    String code = ERROR.matcher(error).matches() ? error : "no known error";
    letter(signal, "SIGNAL_REJECTED", "The receiver refused it: " + code);
    drop(List.of(signal));
    count(signal.stream(), "rejected");
    log.warn("Stream {} refused signal {}: {}", signal.stream(), signal.id(), code);
  }

  /** Drops what waited too long, and everything of streams that are not open. */
  void sweep() {
    for (String name : names) {
      List<Signal> old = outbox.before(name, clock.instant().minus(Topics.UNDELIVERED));
      old.forEach(signal -> letter(signal, "SIGNAL_EXPIRED", "Nobody acknowledged it in time"));
      drop(old);
      StreamStatus status = states.status(name);
      if (status == StreamStatus.DISABLED || status == StreamStatus.DELETED) {
        clear(name);
      }
    }
  }

  /** Drops everything that waits for a stream. */
  void clear(String stream) {
    drop(outbox.first(stream, Outbox.MAX_WAITING));
  }

  private void drop(List<Signal> dropped) {
    signals.remove(dropped);
    dropped.forEach(signal -> outbox.remove(signal.stream(), signal.id()));
  }

  private void letter(Signal signal, String code, String reason) {
    signals.put(
        DeadLetters.of(
            STAGE,
            signal.stream(),
            signal.token().getBytes(StandardCharsets.UTF_8),
            code,
            reason + ": " + signal.key() + ".",
            null,
            clock.instant()));
    count(signal.stream(), "dead-letter");
  }

  void count(String stream, String result) {
    meters.counter("countermand.signals", "stream", stream, "result", result).increment();
  }
}
