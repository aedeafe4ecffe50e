package dev.countermand.streams;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.Taken;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialRole;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the trail of each credential and forwards what a touch completes, under the id of the agent
 * it is about. A touch that comes again completes the same again.
 *
 * <p>Trails that nobody touched for {@link CredentialTrail#KEPT} are deleted; beyond {@value
 * #MAX_TRAILS} of a partition, so are those of unregistered credentials that nobody touched for an
 * hour, and none begins with the mere sighting of one.
 */
final class FollowCredential implements Processor<String, TrailEvent, String, TrailScoring.Result> {
  /** The name of the store. */
  static final String NAME = "credential-trails";

  /** Most trails of a partition before those of unregistered credentials are forgotten early. */
  static final int MAX_TRAILS = 250_000;

  private static final Logger log = LoggerFactory.getLogger(FollowCredential.class);
  private static final Duration SWEEP = Duration.ofSeconds(5);
  private static final Duration WHEN_CROWDED = Duration.ofHours(1);

  /** A few milliseconds' worth: whoever waits for a verdict waits for this too. */
  private static final int MAX_SWEPT = 500;

  private final TrailScoring scoring;
  private final ScoringMetrics metrics;
  private @Nullable ProcessorContext<String, TrailScoring.Result> context;
  private @Nullable KeyValueStore<String, CredentialTrail> trails;
  private @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<Credential>> credentials;
  private String cursor = "";
  private boolean crowded;

  FollowCredential(TrailScoring scoring, ScoringMetrics metrics) {
    this.scoring = scoring;
    this.metrics = metrics;
  }

  static StoreBuilder<KeyValueStore<String, CredentialTrail>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(NAME),
            Serdes.String(),
            DocumentSerde.lenient(CredentialTrail.CODEC))
        .withCachingDisabled();
  }

  @Override
  public void init(ProcessorContext<String, TrailScoring.Result> context) {
    this.context = context;
    this.trails = context.getStateStore(NAME);
    this.credentials = context.getStateStore(ScoringTopology.CREDENTIALS);
    context.schedule(
        SWEEP, PunctuationType.WALL_CLOCK_TIME, now -> sweep(Instant.ofEpochMilli(now)));
  }

  @Override
  public void process(Record<String, TrailEvent> record) {
    if (context == null || trails == null || record.value() == null) {
      return;
    }
    CredentialTrail found = trails.get(record.key());
    CredentialTrail before = found == null ? CredentialTrail.EMPTY : found;
    Taken taken = record.value().taken();
    if (taken != null) {
      trails.put(record.key(), before.plus(taken));
    }
    CredentialTouch touch = record.value().touch();
    if (touch != null && found == null && crowded && worthless(touch)) {
      metrics.notKept();
    } else if (touch != null) {
      TrailScoring.Result result;
      try {
        result = scoring.score(touch, before, registered(touch));
      } catch (RuntimeException e) {
        // One that a detector trips over must not stop the trails of every other credential.
        log.error("The touch of a credential in action {} cannot be followed", touch.actionId(), e);
        metrics.notFollowed();
        return;
      }
      if (result.trail() != found) {
        trails.put(record.key(), result.trail());
      }
      metrics.found(result.findings());
      if (!result.findings().isEmpty() || result.holders().isPresent()) {
        context.forward(record.withValue(result));
      }
    }
  }

  /** Of the records that one credential has while two keys hold, the latest. */
  private @Nullable Credential registered(CredentialTouch touch) {
    return Stream.concat(Stream.of(touch.fingerprint()), touch.others().stream())
        .map(this::registered)
        .filter(Objects::nonNull)
        .max(Comparator.comparing(Credential::time))
        .orElse(null);
  }

  /** An agent can make up as many as it likes. */
  private boolean worthless(CredentialTouch touch) {
    return touch.role() == CredentialRole.SIGHTED && registered(touch.fingerprint()) == null;
  }

  private @Nullable Credential registered(String fingerprint) {
    ValueAndTimestamp<Credential> found = credentials == null ? null : credentials.get(fingerprint);
    return found == null ? null : found.value();
  }

  /** A part of the store at a time, so that nobody waits for it. */
  private void sweep(Instant now) {
    if (trails == null) {
      return;
    }
    crowded = trails.approximateNumEntries() > MAX_TRAILS;
    int deleted = 0;
    int seen = 0;
    String next = "";
    try (KeyValueIterator<String, CredentialTrail> some =
        cursor.isEmpty() ? trails.all() : trails.range(cursor, null)) {
      while (some.hasNext() && next.isEmpty()) {
        KeyValue<String, CredentialTrail> one = some.next();
        if (seen++ == MAX_SWEPT) {
          next = one.key;
        } else if (forgettable(one, now)) {
          trails.delete(one.key);
          deleted++;
        }
      }
    }
    cursor = next;
    if (deleted > 0) {
      log.info("{} trails of credentials that nobody touches any more are forgotten", deleted);
    }
  }

  private boolean forgettable(KeyValue<String, CredentialTrail> one, Instant now) {
    Instant last = one.value.last();
    return last.plus(CredentialTrail.KEPT).isBefore(now)
        || (crowded
            && one.value.taken() == null
            && registered(one.key) == null
            && last.plus(WHEN_CROWDED).isBefore(now));
  }
}
