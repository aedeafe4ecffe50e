package dev.countermand.dashboards.timeline;

import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.LogReader;
import dev.countermand.runtime.kafka.LogReader.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The registered credentials, read from Kafka when one is asked for. Not thread-safe. */
final class ReadCredentials implements Function<CredentialMention, Optional<Credential>> {
  private final LogReader log;
  private final Topics topics;
  private final Duration limit;
  private @Nullable Map<String, Credential> byFingerprint;

  ReadCredentials(KafkaSettings kafka, Duration limit) {
    this.log = new LogReader(kafka);
    this.topics = kafka.topics();
    this.limit = limit;
  }

  @Override
  public Optional<Credential> apply(CredentialMention mention) {
    Map<String, Credential> known = byFingerprint == null ? read() : byFingerprint;
    byFingerprint = known;
    return Entries.registered(mention, one -> Optional.ofNullable(known.get(one)));
  }

  private Map<String, Credential> read() {
    Map<String, Credential> known = new HashMap<>();
    for (Stored<Credential> one :
        log.read(topics.credentials(), Credential.CODEC, Instant.EPOCH, any -> true, limit)) {
      Credential credential = one.document();
      credential.previous().forEach(earlier -> known.put(earlier, credential));
      known.put(credential.fingerprint(), credential);
    }
    return known;
  }
}
