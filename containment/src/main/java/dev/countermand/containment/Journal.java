package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Finding;
import dev.countermand.model.StepState;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is done. A method returns when Kafka has the record (acks=all), however long Kafka is
 * away; after {@link #close} it throws {@link CancellationException}. Thread-safe.
 */
final class Journal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final KafkaProducer<String, byte[]> producer;
  private final CountDownLatch closing = new CountDownLatch(1);

  Journal(KafkaSettings settings, MeterRegistry meters, InstantSource clock) {
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.producer = new KafkaProducer<>(settings.producer("countermand-containment"));
  }

  /** Learns where the topics are, so that the first kill switch need not. */
  void prepare() {
    producer.partitionsFor(settings.topics().containmentOutcomes());
    producer.partitionsFor(settings.topics().containmentState());
    producer.partitionsFor(settings.topics().containmentPlans());
  }

  Instant now() {
    return clock.instant();
  }

  /** Records what became of a step. */
  void report(Report report) {
    begin(report).run();
  }

  /**
   * Begins to record what becomes of a step.
   *
   * @return waits until Kafka has it
   */
  Runnable begin(Report report) {
    ContainmentOutcome outcome = report.outcome(now());
    Runnable recorded =
        begin(
            settings.topics().containmentOutcomes(),
            outcome.agentId(),
            ContainmentOutcome.CODEC.encode(outcome));
    return () -> {
      recorded.run();
      tell(outcome);
    };
  }

  private void tell(ContainmentOutcome outcome) {
    count(outcome);
    log.info(
        "Agent {}, order {}: {}{} is {}: {}",
        outcome.agentId(),
        outcome.orderId(),
        outcome.step().wireName(),
        outcome.credential() == null ? "" : " of credential " + outcome.credential(),
        outcome.state().wireName(),
        outcome.reason());
  }

  /**
   * Writes what is known about an agent; with it the kill switch.
   *
   * @return where it stands, for the record
   */
  String write(AgentRecord agent) {
    RecordMetadata written =
        write(settings.topics().containmentState(), agent.agentId(), agent.encode());
    return written.topic()
        + "-"
        + written.partition()
        + " holds it at offset "
        + written.offset()
        + ", acknowledged by all in-sync replicas";
  }

  /**
   * Records what is about to be done, before anything that is written after it.
   *
   * @return waits until Kafka has it
   */
  Runnable plan(ContainmentPlan plan) {
    return begin(
        settings.topics().containmentPlans(), plan.agentId(), ContainmentPlan.CODEC.encode(plan));
  }

  private Runnable begin(String topic, String key, byte[] value) {
    try {
      Future<RecordMetadata> sent = producer.send(new ProducerRecord<>(topic, key, value));
      return () -> await(sent, topic, key, value);
    } catch (org.apache.kafka.common.KafkaException e) {
      return () -> write(topic, key, value);
    }
  }

  private void await(Future<RecordMetadata> sent, String topic, String key, byte[] value) {
    try {
      sent.get();
    } catch (ExecutionException e) {
      write(topic, key, value);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /** Records that something must be looked at. */
  void write(Finding finding) {
    write(settings.topics().findings(), finding.agentId(), Finding.CODEC.encode(finding));
  }

  /** Gives an order, as scoring or a person does. */
  void order(ContainmentOrder order) {
    write(
        settings.topics().containmentOrders(),
        order.agentId(),
        ContainmentOrder.CODEC.encode(order));
  }

  /** Records what could not be processed. */
  void write(DeadLetter letter) {
    write(settings.topics().deadLetters(), null, DeadLetter.CODEC.encode(letter));
  }

  private void count(ContainmentOutcome outcome) {
    meters
        .counter(
            "countermand.containment.outcomes",
            "step",
            outcome.step().wireName(),
            "state",
            outcome.state().wireName())
        .increment();
    Long duration = outcome.duration();
    if (outcome.state() == StepState.VERIFIED && duration != null) {
      Timer.builder("countermand.containment.time")
          .description("From the action, or the order, to the proof")
          .tag("step", outcome.step().wireName())
          .tag("provider", outcome.provider() == null ? "none" : outcome.provider())
          .publishPercentileHistogram()
          .minimumExpectedValue(Duration.ofMillis(1))
          .maximumExpectedValue(Duration.ofMinutes(10))
          .register(meters)
          .record(duration, TimeUnit.NANOSECONDS);
    }
  }

  private RecordMetadata write(
      String topic, @org.jspecify.annotations.Nullable String key, byte[] value) {
    while (closing.getCount() > 0) {
      try {
        return producer.send(new ProducerRecord<>(topic, key, value)).get();
      } catch (ExecutionException | org.apache.kafka.common.KafkaException e) {
        if (e.getCause() instanceof RecordTooLargeException) {
          // Trying again cannot help, and whoever waits for this lane would wait for ever.
          throw new IllegalStateException("a record for " + topic + " is too large", e);
        }
        log.error(
            "Containment cannot write to {} and goes no further until it can: {}",
            topic,
            String.valueOf(e.getMessage()));
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      }
    }
    throw new CancellationException("containment is closing");
  }

  private void pause() {
    try {
      closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  @Override
  public void close() {
    closing.countDown();
    producer.close(Duration.ofSeconds(5));
  }
}
