package dev.countermand.containment.signals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Signal;
import dev.countermand.model.StreamStatus;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.runtime.http.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Hands signals to receivers that ask for them (RFC 8936). Thread-safe. */
final class PollDesk {
  /** Most signals in one answer. */
  static final int MAX_EVENTS = 100;

  /** How long an answer waits for a signal. */
  static final Duration LONG_POLL = Duration.ofSeconds(30);

  private final States states;
  private final Outbox outbox;
  private final Deliveries deliveries;

  PollDesk(States states, Outbox outbox, Deliveries deliveries) {
    this.states = states;
    this.outbox = outbox;
    this.deliveries = deliveries;
  }

  /**
   * Notes what the receiver has, and answers with what waits; when nothing does and it did not ask
   * for an answer at once, as soon as something does, at the latest after {@link #LONG_POLL}.
   */
  CompletableFuture<Reply> poll(String stream, JsonNode body) {
    boolean isOurs = states.settings(stream).delivery() == SignalSettings.Delivery.POLL;
    if (!isOurs || states.status(stream) == StreamStatus.DELETED) {
      throw new Refusal(404, "STREAM_UNKNOWN", "The receiver has no stream to ask for here.");
    }
    JsonNode asked = body.path("maxEvents");
    if (!asked.isMissingNode() && !(asked.isInt() && asked.intValue() >= 0)) {
      throw StreamDesk.invalid("maxEvents must be a number from 0 on");
    }
    int most = asked.isMissingNode() ? MAX_EVENTS : Math.min(asked.intValue(), MAX_EVENTS);
    note(stream, body);
    if (most == 0 || body.path("returnImmediately").asBoolean(false)) {
      return CompletableFuture.completedFuture(answer(stream, most));
    }
    if (states.status(stream) != StreamStatus.ENABLED) {
      // What waits is held: an answer at once would make the receiver ask all the time.
      return new CompletableFuture<Reply>()
          .completeOnTimeout(answer(stream, 0), LONG_POLL.toMillis(), TimeUnit.MILLISECONDS);
    }
    return outbox.arrival(stream, LONG_POLL).thenApply(arrived -> answer(stream, most));
  }

  private void note(String stream, JsonNode body) {
    List<Signal> done = new ArrayList<>();
    body.path("ack").forEach(id -> outbox.find(stream, id.asText()).ifPresent(done::add));
    if (!done.isEmpty()) {
      deliveries.acknowledged(done.stream().distinct().toList());
    }
    body.path("setErrs")
        .properties()
        .forEach(
            error ->
                outbox
                    .find(stream, error.getKey())
                    .ifPresent(
                        signal ->
                            deliveries.rejected(signal, error.getValue().path("err").asText())));
  }

  private Reply answer(String stream, int most) {
    boolean isOpen = states.status(stream) == StreamStatus.ENABLED;
    ObjectNode body = Json.mapper().createObjectNode();
    ObjectNode sets = body.putObject("sets");
    if (isOpen) {
      outbox.first(stream, most).forEach(signal -> sets.put(signal.id(), signal.token()));
    }
    body.put("moreAvailable", isOpen && outbox.count(stream) > sets.size());
    return Reply.ok(body);
  }
}
