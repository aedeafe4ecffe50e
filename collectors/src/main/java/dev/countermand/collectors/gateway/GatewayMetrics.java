package dev.countermand.collectors.gateway;

import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.spool.Spool;
import dev.countermand.model.Action;
import dev.countermand.model.Phase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What operators watch of the gateway. */
final class GatewayMetrics {
  private final MeterRegistry meters;
  private final Counter unauthorized;
  private final Timer attempts;
  private final Timer others;

  GatewayMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.unauthorized =
        Counter.builder("countermand.gateway.unauthorized")
            .description("Requests with no token, or one that is not known")
            .register(meters);
    this.attempts = timer("attempt");
    this.others = timer("other");
  }

  private Timer timer(String phase) {
    return Timer.builder("countermand.gateway.round.trip")
        .description("From the arrival of a request to its answer")
        .tag("phase", phase)
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2))
        .register(meters);
  }

  void follow(Outbox outbox, Spool spool, VerdictInbox inbox, Asks asks) {
    gauge("countermand.spool.records", "Records on the disk", spool, s -> s.records());
    gauge("countermand.spool.bytes", "Bytes of the spool's files", spool, s -> s.bytes());
    gauge(
        "countermand.gateway.waiting",
        "Attempts that wait for the scorer",
        inbox,
        i -> i.waiting());
    gauge(
        "countermand.gateway.asks.waiting",
        "Attempts that wait for an operator",
        asks,
        a -> a.waiting().size());
    gauge(
        "countermand.gateway.kafka.up",
        "1 when records go to Kafka, 0 when they go to the disk",
        outbox,
        o -> o.way() == Outbox.Way.UP ? 1 : 0);
  }

  private <T> void gauge(
      String name, String description, T of, java.util.function.ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(description).register(meters);
  }

  void unauthorized() {
    unauthorized.increment();
  }

  void refused(String code) {
    meters.counter("countermand.gateway.refused", "code", code).increment();
  }

  /** Of tokens that nobody registered: {@code sealed}, or why not. */
  void sealed(String outcome) {
    meters.counter("countermand.gateway.seals", "outcome", outcome).increment();
  }

  /** Of attempts that scoring asks a person about: what ended the wait, or why none began. */
  void asked(String outcome) {
    meters.counter("countermand.gateway.asks", "outcome", outcome).increment();
  }

  void taken(Action action) {
    meters
        .counter(
            "countermand.gateway.actions",
            "source",
            action.source(),
            "phase",
            action.phase().wireName())
        .increment();
  }

  void answered(Answer answer) {
    meters
        .counter(
            "countermand.gateway.verdicts",
            "by",
            answer.verdict().by(),
            "decision",
            answer.verdict().decision().wireName(),
            "because",
            answer.because())
        .increment();
  }

  void roundTrip(Phase phase, long nanos) {
    (phase == Phase.ATTEMPT ? attempts : others).record(Duration.ofNanos(nanos));
  }
}
