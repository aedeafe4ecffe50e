package dev.countermand.containment.signals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.SignalState;
import dev.countermand.model.StreamStatus;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.runtime.http.Refusal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver asks of its stream: its configuration, status, subjects and a verification
 * (Shared Signals Framework 1.0, section 8.1). A receiver has one stream, which the configuration
 * names. Methods throw {@link Refusal}. Thread-safe.
 */
final class StreamDesk {
  /** Most agents that a stream can exclude. */
  static final int MAX_EXCLUDED = 1_000;

  /** Shortest time between two verifications of a stream, in seconds. */
  static final int VERIFICATION_INTERVAL = 1;

  static final String PUSH = "urn:ietf:rfc:8935";
  static final String POLL = "urn:ietf:rfc:8936";

  private static final int MAX_TEXT = 1_000;

  private final String issuer;
  private final States states;
  private final Deliveries deliveries;
  private final SignalLog signals;
  private final InstantSource clock;
  private final Map<String, Long> verified = new ConcurrentHashMap<>();

  StreamDesk(
      String issuer, States states, Deliveries deliveries, SignalLog signals, InstantSource clock) {
    this.issuer = issuer;
    this.states = states;
    this.deliveries = deliveries;
    this.signals = signals;
    this.clock = clock;
  }

  /** Opens the stream again after it was deleted. */
  synchronized Reply create(String stream, JsonNode body) {
    if (states.status(stream) != StreamStatus.DELETED) {
      throw new Refusal(409, "STREAM_EXISTS", "The receiver has its stream already; update it.");
    }
    SignalState fresh = states.initial(stream, clock.instant());
    put(requested(stream, fresh, body));
    return new Reply(201, configuration(stream));
  }

  /** The configuration; of all the receiver's streams when it names none. */
  Reply read(String stream, @Nullable String id) {
    if (id == null) {
      ArrayNode all = Json.mapper().createArrayNode();
      if (states.status(stream) != StreamStatus.DELETED) {
        all.add(configuration(stream));
      }
      return Reply.ok(all);
    }
    check(stream, id);
    return Reply.ok(configuration(stream));
  }

  /** Changes what the body names. */
  synchronized Reply update(String stream, JsonNode body) {
    check(stream, text(body, "stream_id"));
    put(requested(stream, states.stream(stream), body));
    return Reply.ok(configuration(stream));
  }

  /** Changes what the body names, and puts the rest to its default. */
  synchronized Reply replace(String stream, JsonNode body) {
    check(stream, text(body, "stream_id"));
    SignalState now = states.stream(stream);
    SignalState fresh = states.initial(stream, clock.instant());
    put(requested(stream, changed(fresh, now.status(), now.reason(), now.excluded()), body));
    return Reply.ok(configuration(stream));
  }

  synchronized Reply delete(String stream, @Nullable String id) {
    check(stream, id);
    put(changed(states.stream(stream), StreamStatus.DELETED, null, List.of()));
    deliveries.clear(stream);
    return Reply.NO_CONTENT;
  }

  Reply status(String stream, @Nullable String id) {
    check(stream, id);
    ObjectNode body = Json.mapper().createObjectNode();
    body.put("stream_id", stream).put("status", states.status(stream).wireName());
    String reason = states.stream(stream).reason();
    if (reason != null) {
      body.put("reason", reason);
    }
    return Reply.ok(body);
  }

  synchronized Reply setStatus(String stream, JsonNode body) {
    check(stream, text(body, "stream_id"));
    String word = text(body, "status");
    StreamStatus status =
        Stream.of(StreamStatus.ENABLED, StreamStatus.PAUSED, StreamStatus.DISABLED)
            .filter(one -> one.wireName().equals(word))
            .findFirst()
            .orElseThrow(() -> invalid("status must be enabled, paused or disabled"));
    SignalState now = states.stream(stream);
    put(changed(now, status, text(body, "reason"), now.excluded()));
    if (status == StreamStatus.DISABLED) {
      deliveries.clear(stream);
    }
    return status(stream, stream);
  }

  /** Says nothing of whether the subject is known, or a receiver could find out who is. */
  synchronized Reply addSubject(String stream, JsonNode body) {
    check(stream, text(body, "stream_id"));
    agent(body).ifPresent(agent -> exclude(stream, agent, false));
    return Reply.EMPTY;
  }

  synchronized Reply removeSubject(String stream, JsonNode body) {
    check(stream, text(body, "stream_id"));
    agent(body).ifPresent(agent -> exclude(stream, agent, true));
    return Reply.NO_CONTENT;
  }

  Reply verify(String stream, JsonNode body) {
    check(stream, text(body, "stream_id"));
    String state = text(body, "state");
    long now = clock.instant().getEpochSecond();
    Long before = verified.put(stream, now);
    if (before != null && now - before < VERIFICATION_INTERVAL) {
      throw new Refusal(429, "VERIFICATION_TOO_OFTEN", "Ask for a verification once a second.");
    }
    if (!deliveries.verify(stream, state)) {
      throw new Refusal(
          429, "SIGNAL_BACKLOG_FULL", "Too many events wait for this stream; take them first.");
    }
    return Reply.NO_CONTENT;
  }

  private void exclude(String stream, String agent, boolean isExcluded) {
    SignalState now = states.stream(stream);
    Set<String> excluded = new LinkedHashSet<>(now.excluded());
    boolean isChanged = isExcluded ? excluded.add(agent) : excluded.remove(agent);
    if (excluded.size() > MAX_EXCLUDED) {
      throw new Refusal(
          429, "STREAM_TOO_MANY_SUBJECTS", "A stream can leave out " + MAX_EXCLUDED + " agents.");
    }
    if (isChanged) {
      put(changed(now, states.status(stream), now.reason(), new ArrayList<>(excluded)));
    }
  }

  /** The agent of a subject as this transmitter names them. */
  private Optional<String> agent(JsonNode body) {
    JsonNode subject = body.path("subject");
    if (!subject.isObject()) {
      throw invalid("subject must be an object");
    }
    boolean isOurs =
        subject.path("format").asText().equals("iss_sub")
            && subject.path("iss").asText().equals(issuer);
    return isOurs ? Optional.ofNullable(text(subject, "sub")) : Optional.empty();
  }

  private void put(SignalState state) {
    signals.put(state);
    states.put(state.key(), state);
  }

  private SignalState changed(
      SignalState state,
      @Nullable StreamStatus status,
      @Nullable String reason,
      List<String> excluded) {
    return new SignalState(
        state.key(),
        clock.instant(),
        status,
        reason,
        state.description(),
        state.events(),
        excluded,
        null,
        state.extra());
  }

  private SignalState requested(String stream, SignalState state, JsonNode body) {
    checkDelivery(states.settings(stream), body.path("delivery"));
    List<String> events = state.events();
    if (body.has("events_requested")) {
      Set<String> asked = new LinkedHashSet<>();
      body.path("events_requested").forEach(event -> asked.add(event.asText()));
      asked.retainAll(Event.types(states.settings(stream).events()));
      events = List.copyOf(asked);
    }
    String description = body.has("description") ? text(body, "description") : state.description();
    return new SignalState(
        state.key(),
        clock.instant(),
        state.status(),
        state.reason(),
        description,
        events,
        state.excluded(),
        null,
        state.extra());
  }

  // Where events go is the operator's choice: a stolen token must not lead them elsewhere.
  private static void checkDelivery(SignalSettings.Stream settings, JsonNode delivery) {
    if (delivery.isMissingNode()) {
      return;
    }
    boolean isSame = method(settings).equals(delivery.path("method").asText());
    JsonNode url = delivery.path("endpoint_url");
    if (settings.endpoint() != null && !url.isMissingNode()) {
      isSame = isSame && settings.endpoint().toString().equals(url.asText());
    }
    if (!isSame) {
      throw invalid("delivery is set in the transmitter's configuration and is another");
    }
  }

  private static String method(SignalSettings.Stream settings) {
    return settings.delivery() == SignalSettings.Delivery.PUSH ? PUSH : POLL;
  }

  private ObjectNode configuration(String stream) {
    SignalSettings.Stream settings = states.settings(stream);
    SignalState state = states.stream(stream);
    ObjectNode body = Json.mapper().createObjectNode();
    body.put("stream_id", stream).put("iss", issuer).put("aud", settings.audience());
    List<String> supported = Event.types(settings.events());
    body.set("events_supported", Json.words(supported));
    body.set("events_requested", Json.words(state.events()));
    body.set(
        "events_delivered",
        Json.words(state.events().stream().filter(supported::contains).toList()));
    body.putObject("delivery")
        .put("method", method(settings))
        .put(
            "endpoint_url",
            settings.endpoint() == null
                ? issuer + Transmitter.POLL_PATH + stream
                : settings.endpoint().toString());
    body.put("min_verification_interval", VERIFICATION_INTERVAL);
    String description = state.description();
    if (description != null) {
      body.put("description", description);
    }
    return body;
  }

  /** Another receiver's stream is as unknown as one that does not exist. */
  private void check(String stream, @Nullable String id) {
    if (id == null) {
      throw invalid("stream_id is missing");
    }
    if (!id.equals(stream) || states.status(stream) == StreamStatus.DELETED) {
      throw new Refusal(404, "STREAM_UNKNOWN", "The receiver has no stream of this id.");
    }
  }

  private static @Nullable String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
      throw invalid(name + " must be a string of at most " + MAX_TEXT + " characters");
    }
    return value.textValue();
  }

  static Refusal invalid(String why) {
    return new Refusal(400, "STREAM_REQUEST_INVALID", "The request cannot be used: " + why + ".");
  }
}
