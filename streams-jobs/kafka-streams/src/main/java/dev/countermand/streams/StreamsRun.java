package dev.countermand.streams;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a job on Kafka Streams. Thread-safe.
 *
 * <p>A stream thread that dies is replaced and counted; what it had not committed is read again.
 */
final class StreamsRun implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StreamsRun.class);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final String name;
  private final KafkaStreams streams;
  private final KafkaProducer<byte[], byte[]> letters;
  private final String bootstrap;
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private StreamsRun(
      String name,
      KafkaStreams streams,
      KafkaProducer<byte[], byte[]> letters,
      KafkaSettings settings) {
    this.name = name;
    this.streams = streams;
    this.letters = letters;
    this.bootstrap = settings.bootstrap();
  }

  /**
   * What a job tells of itself while it runs.
   *
   * @param name one word; {@code <prefix>-<name>} is its consumer group
   */
  record Job(String name, Topology topology, StreamsMetrics metrics) {}

  /** Starts a job; {@link #awaitRunning} tells when it works. */
  static StreamsRun start(KafkaSettings settings, Job job, int threads, Path stateDir) {
    KafkaProducer<byte[], byte[]> letters =
        new KafkaProducer<>(
            settings.producer("countermand-" + job.name() + "-dead-letters"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    KafkaStreams streams =
        new KafkaStreams(
            job.topology(),
            StreamsSettings.of(
                settings.topics().prefix() + "-" + job.name(),
                settings,
                threads,
                stateDir,
                new LetterOutlet(job.name(), settings.topics(), letters, job.metrics())),
            new PromptClients());
    StreamsRun run = new StreamsRun(job.name(), streams, letters, settings);
    streams.setUncaughtExceptionHandler(
        exception -> {
          job.metrics().threadDied();
          log.error("A thread of the {} job died and is replaced", job.name(), exception);
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.setStateListener((now, before) -> run.changed(now));
    // Starting blocks until the registered credentials were read, which may be never.
    Thread starting = new Thread(run::begin, job.name() + "-start");
    starting.setDaemon(true);
    starting.start();
    return run;
  }

  /**
   * Waits until the job works.
   *
   * @throws CountermandException with this code when that takes longer than the limit, or when it
   *     has stopped; INTERRUPTED
   */
  void awaitRunning(Duration limit, String code) {
    try {
      if (!running.await(limit.toMillis(), TimeUnit.MILLISECONDS) || stopped.getCount() == 0) {
        throw new CountermandException(
            code,
            "The "
                + name
                + " job is "
                + streams.state()
                + " after "
                + limit.toMillis()
                + " ms. Check that Kafka answers at "
                + bootstrap
                + ", that its topics exist, and the log.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException(
          "INTERRUPTED", "Interrupted while the " + name + " job starts.", e);
    }
  }

  boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Commits, leaves the group and stops; returns after ten seconds at the latest. */
  @Override
  public void close() {
    // Kafka Streams does not close while it starts, and it starts for minutes where no broker is.
    Thread closing = new Thread(this::leave, name + "-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      log.warn("The {} job did not stop within {} s", name, CLOSING.toSeconds());
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
      log.error("The {} job could not start", name, e);
      stopped.countDown();
      running.countDown();
    }
  }

  private void changed(KafkaStreams.State now) {
    log.info("The {} job is {}", name, now);
    if (now == KafkaStreams.State.RUNNING) {
      running.countDown();
    } else if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
      stopped.countDown();
      running.countDown();
    }
  }
}
