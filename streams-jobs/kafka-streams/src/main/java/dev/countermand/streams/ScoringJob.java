package dev.countermand.streams;

import dev.countermand.detectors.Scoring;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scoring job as a running process. The topics must exist. Thread-safe.
 *
 * <p>A stream thread that dies is replaced and counted; what it had not committed is read again.
 */
public final class ScoringJob implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ScoringJob.class);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final KafkaStreams streams;
  private final KafkaProducer<byte[], byte[]> letters;
  private final String bootstrap;
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private ScoringJob(
      KafkaStreams streams, KafkaProducer<byte[], byte[]> letters, KafkaSettings settings) {
    this.streams = streams;
    this.letters = letters;
    this.bootstrap = settings.bootstrap();
  }

  /**
   * Starts the job; {@link #awaitRunning} tells when it scores.
   *
   * @param threads how many stream threads
   * @param stateDir the directory of its stores, for this process alone
   */
  public static ScoringJob start(
      KafkaSettings settings, int threads, Path stateDir, MeterRegistry registry, Scoring scoring) {
    ScoringMetrics metrics = new ScoringMetrics(registry);
    KafkaProducer<byte[], byte[]> letters =
        new KafkaProducer<>(
            settings.producer("countermand-scoring-dead-letters"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    KafkaStreams streams =
        new KafkaStreams(
            ScoringTopology.build(settings.topics(), scoring, registry),
            ScoringSettings.of(
                settings, threads, stateDir, new Outlet(settings.topics(), letters, metrics)));
    ScoringJob job = new ScoringJob(streams, letters, settings);
    streams.setUncaughtExceptionHandler(
        exception -> {
          metrics.threadDied();
          log.error("A thread of the scoring job died and is replaced", exception);
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.setStateListener((now, before) -> job.changed(now));
    // Starting blocks until the registered credentials were read, which may be never.
    Thread starting = new Thread(job::begin, "scoring-start");
    starting.setDaemon(true);
    starting.start();
    return job;
  }

  /**
   * Waits until the job scores.
   *
   * @throws CountermandException SCORING_NOT_RUNNING when that takes longer than the limit, or when
   *     it has stopped
   */
  public ScoringJob awaitRunning(Duration limit) {
    try {
      if (!running.await(limit.toMillis(), TimeUnit.MILLISECONDS) || stopped.getCount() == 0) {
        throw new CountermandException(
            "SCORING_NOT_RUNNING",
            "The scoring job is "
                + streams.state()
                + " after "
                + limit.toMillis()
                + " ms. Check that Kafka answers at "
                + bootstrap
                + ", that its topics exist, and the log.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while scoring starts.", e);
    }
    return this;
  }

  /** Whether the job scores now. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Commits, leaves the group and stops; returns after ten seconds at the latest. */
  @Override
  public void close() {
    // Kafka Streams does not close while it starts, and it starts for minutes where no broker is.
    Thread closing = new Thread(this::leave, "scoring-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      log.warn("The scoring job did not stop within {} s", CLOSING.toSeconds());
    }
    letters.close(Duration.ofSeconds(1));
  }

  private void leave() {
    streams.close(
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSING));
  }

  private void begin() {
    try {
      streams.start();
    } catch (RuntimeException e) {
      log.error("The scoring job could not start", e);
      stopped.countDown();
      running.countDown();
    }
  }

  private void changed(KafkaStreams.State now) {
    log.info("The scoring job is {}", now);
    if (now == KafkaStreams.State.RUNNING) {
      running.countDown();
    } else if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
      stopped.countDown();
      running.countDown();
    }
  }

  private record Outlet(
      Topics topics, KafkaProducer<byte[], byte[]> producer, ScoringMetrics metrics)
      implements DeadLetterHandler.Outlet {
    @Override
    public String topic() {
      return topics.deadLetters();
    }

    @Override
    public boolean isGlobal(String topic) {
      return topic.equals(topics.credentials()) || topic.equals(topics.baselines());
    }

    @Override
    public void send(ProducerRecord<byte[], byte[]> letter) {
      producer.send(
          letter,
          (metadata, exception) -> {
            if (exception != null) {
              log.error("A dead letter could not be sent", exception);
            }
          });
    }

    @Override
    public void refused(DeadLetter letter) {
      metrics.refused(letter);
    }
  }
}
