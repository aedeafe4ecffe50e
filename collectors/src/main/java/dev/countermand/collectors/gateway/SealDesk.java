package dev.countermand.collectors.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.redact.Secret;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.crypto.Sealing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals tokens that nobody registered to containment's public key, where the policy of their kind
 * is {@code all}, so that they can be revoked at the provider their kind names. Thread-safe; what
 * goes wrong here is counted and never stops an action.
 */
final class SealDesk {
  /** Most that are sealed of one action; the next sighting brings the others. */
  static final int MAX_PER_ACTION = 16;

  /** The longest token that is sealed, in UTF-16 units: that of {@code credential add}. */
  static final int MAX_TOKEN = 8 * 1024;

  /** How long a token that was sealed is not sealed again when it is only seen. */
  static final Duration PAUSE = Duration.ofHours(1);

  /**
   * How long it is not sealed again when it is used: whoever floods containment with made-up tokens
   * until it forgets a real one has that one sealed again with its use.
   */
  static final Duration PAUSE_IN_USE = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(SealDesk.class);
  private static final int MAX_REMEMBERED = 65_536;

  private final GatewaySettings.Seal policy;
  private final Sealing.@Nullable Sealer sealer;
  private final Predicate<String> registered;
  private final Outbox outbox;
  private final String topic;
  private final GatewayMetrics metrics;
  private final InstantSource clock;
  private final Cache<String, Boolean> seen;
  private final Cache<String, Boolean> used;

  /**
   * A desk.
   *
   * @param sealer null where no policy is {@code all}
   * @param registered whether a fingerprint is in the registry
   */
  SealDesk(
      GatewaySettings.Seal policy,
      Sealing.@Nullable Sealer sealer,
      Predicate<String> registered,
      Outbox outbox,
      String topic,
      GatewayMetrics metrics,
      InstantSource clock) {
    this.policy = policy;
    this.sealer = sealer;
    this.registered = registered;
    this.outbox = outbox;
    this.topic = topic;
    this.metrics = metrics;
    this.clock = clock;
    this.seen = remembered(PAUSE);
    this.used = remembered(PAUSE_IN_USE);
  }

  private Cache<String, Boolean> remembered(Duration pause) {
    return Caffeine.newBuilder()
        .maximumSize(MAX_REMEMBERED)
        .expireAfterWrite(pause)
        .ticker(() -> clock.millis() * 1_000_000)
        .build();
  }

  /** Puts sealed copies of what an action mentions on their way. Nobody waits for them. */
  void keep(ActionMaker.Made made) {
    Sealing.Sealer key = sealer;
    if (key == null || !made.action().redaction().equals(Action.REDACTION_COMPLETE)) {
      return;
    }
    int sealed = 0;
    for (Mentioned one : inOrder(made)) {
      Secret secret = one.secret;
      if (policy.of(secret.kind()) != GatewaySettings.SealPolicy.ALL
          || registered.test(secret.fingerprint())) {
        continue;
      }
      if (sealed == MAX_PER_ACTION) {
        metrics.sealed("too-many");
        return;
      }
      if (isDue(one)) {
        sealed++;
        keep(key, secret, made.action().source());
      }
    }
  }

  private boolean isDue(Mentioned one) {
    String fingerprint = one.secret.fingerprint();
    boolean first = seen.asMap().putIfAbsent(fingerprint, true) == null;
    return one.inUse ? used.asMap().putIfAbsent(fingerprint, true) == null : first;
  }

  /** A secret of an action and whether the action uses it. */
  private record Mentioned(Secret secret, boolean inUse) {}

  /**
   * Those in use first, each sort in the order of its keyed fingerprints, which nobody can foresee:
   * whoever puts made-up tokens before a real one does not push it out.
   */
  private static List<Mentioned> inOrder(ActionMaker.Made made) {
    List<CredentialMention> mentions = made.action().credentials();
    List<Mentioned> all = new ArrayList<>();
    for (int i = 0; i < made.secrets().size(); i++) {
      boolean inUse = mentions.get(i).role() == CredentialRole.USED;
      all.add(new Mentioned(made.secrets().get(i), inUse));
    }
    all.sort(
        Comparator.comparing((Mentioned one) -> !one.inUse)
            .thenComparing(one -> one.secret.fingerprint()));
    return all;
  }

  private void keep(Sealing.Sealer key, Secret secret, String source) {
    String fingerprint = secret.fingerprint();
    if (secret.token().length() > MAX_TOKEN) {
      metrics.sealed("too-long");
      return;
    }
    byte[] document;
    try {
      document =
          Credential.CODEC.encode(
              Credential.unregistered(
                  fingerprint,
                  secret.keyId(),
                  clock.instant(),
                  secret.kind(),
                  key.seal(secret.token(), fingerprint),
                  source));
    } catch (RuntimeException e) {
      // Without its message, which may quote the token.
      failed(fingerprint, e.getClass().getSimpleName());
      return;
    }
    var unused =
        outbox
            .put(topic, fingerprint, document)
            .whenComplete(
                (receipt, error) -> {
                  if (error == null) {
                    metrics.sealed("sealed");
                  } else {
                    failed(fingerprint, code(error));
                  }
                });
  }

  private void failed(String fingerprint, String why) {
    seen.invalidate(fingerprint);
    used.invalidate(fingerprint);
    metrics.sealed("failed");
    log.warn("No sealed copy of unregistered credential {} is kept: {}", fingerprint, why);
  }

  private static String code(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof CountermandException known
        ? known.code()
        : cause.getClass().getSimpleName();
  }
}
