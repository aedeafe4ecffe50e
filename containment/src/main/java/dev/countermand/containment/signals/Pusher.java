package dev.countermand.containment.signals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Signal;
import dev.countermand.model.StreamStatus;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.runtime.http.HttpCaller;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the signals of one stream to its receiver (RFC 8935), one at a time, on a thread of its
 * own. Pauses grow while the receiver fails; each try is for another signal, so that one it cannot
 * take holds up no other.
 */
final class Pusher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pusher.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final double JITTER = 0.25;

  /** What a try led to; {@code askedPause} is null where the receiver asked for none. */
  private record Try(boolean isDone, @Nullable Duration askedPause) {}

  private final String stream;
  private final URI endpoint;
  private final Map<String, String> headers = new HashMap<>();
  private final Outbox outbox;
  private final Deliveries deliveries;
  private final BooleanSupplier isOpen;
  private final HttpCaller caller = new HttpCaller(DEADLINE);
  private final RetryPolicy<Try> patience;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private boolean isFailing;

  Pusher(
      String stream,
      SignalSettings.Stream settings,
      Pauses pauses,
      Outbox outbox,
      States states,
      Deliveries deliveries,
      BooleanSupplier leads) {
    this.stream = stream;
    this.endpoint = Objects.requireNonNull(settings.endpoint());
    this.outbox = outbox;
    this.deliveries = deliveries;
    this.isOpen = () -> leads.getAsBoolean() && states.status(stream) == StreamStatus.ENABLED;
    headers.put("Content-Type", "application/secevent+jwt");
    headers.put("Accept", "application/json");
    if (settings.pushToken() != null) {
      headers.put("Authorization", "Bearer " + settings.pushToken().read());
    }
    this.patience =
        RetryPolicy.<Try>builder()
            .handle(IOException.class, RuntimeException.class)
            .handleResultIf(done -> !done.isDone())
            .withMaxAttempts(-1)
            .withBackoff(pauses.first(), pauses.longest())
            .withJitter(JITTER)
            .withDelayFn(context -> asked(context.getLastResult(), pauses.longest()))
            .abortIf((done, error) -> isClosing())
            .build();
    this.thread = new Thread(this::run, "signals-push-" + stream);
    thread.setDaemon(true);
  }

  /**
   * How patient it is with a receiver that fails.
   *
   * @param first pause after the first failure; doubles up to {@code longest}
   * @param longest also where the receiver asks for more
   */
  record Pauses(Duration first, Duration longest) {
    static final Pauses DEFAULT = new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(5));
  }

  void start() {
    thread.start();
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void run() {
    while (!isClosing()) {
      try {
        if (outbox.await(stream, LOOK).isPresent()) {
          if (isOpen.getAsBoolean()) {
            Failsafe.with(patience).get(this::push);
          } else {
            closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
          }
        }
      } catch (InterruptedException | RuntimeException e) {
        log.debug("Sending to stream {} is interrupted: {}", stream, e.toString());
      }
    }
  }

  private Try push() throws IOException {
    Optional<Signal> next = outbox.first(stream, 1).stream().findFirst();
    if (isClosing() || next.isEmpty() || !isOpen.getAsBoolean()) {
      return new Try(true, null);
    }
    Signal signal = next.get();
    // Behind the others before the call: whatever goes wrong, the next try is for another.
    outbox.toTheEnd(signal);
    HttpCaller.Answer answer;
    try {
      answer = caller.call("POST", endpoint, headers, signal.token());
    } catch (IOException e) {
      failed(String.valueOf(e.getMessage()));
      throw e;
    }
    Optional<String> refusal = answer.status() == 400 ? error(answer.body()) : Optional.empty();
    if (answer.isSuccess()) {
      deliveries.acknowledged(List.of(signal));
      worked();
    } else if (refusal.isPresent()) {
      deliveries.rejected(signal, refusal.get());
    } else {
      failed("it answers " + answer.status());
      return new Try(false, answer.retryAfter());
    }
    return new Try(true, null);
  }

  private void failed(String why) {
    deliveries.count(stream, "failed");
    if (!isFailing) {
      isFailing = true;
      log.warn("Stream {} cannot be reached, trying again until it can: {}", stream, why);
    }
  }

  private void worked() {
    if (isFailing) {
      isFailing = false;
      log.info("Stream {} takes signals again", stream);
    }
  }

  private static Optional<String> error(String body) {
    try {
      JsonNode error = Json.mapper().readTree(body).path("err");
      return error.isTextual() ? Optional.of(error.textValue()) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  // A negative pause stands for the policy's own.
  private static Duration asked(@Nullable Try last, Duration longest) {
    Duration asked = last == null ? null : last.askedPause();
    if (asked == null) {
      return Duration.ofNanos(-1);
    }
    return asked.compareTo(longest) > 0 ? longest : asked;
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
