package dev.countermand.command.stack;

import dev.countermand.embedded.Progress;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.Credential;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.crypto.FingerprintKey;
import dev.countermand.runtime.crypto.FingerprintKeys;
import dev.countermand.runtime.crypto.KeyRotation;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rotates the fingerprint key of a deployment and takes the registry along. Everything may run
 * meanwhile; who is interrupted at any point does it again.
 *
 * <p>The key comes into force before the registry follows: gateways then tell both fingerprints,
 * and the old one finds what is not registered under the new one yet.
 */
public final class FingerprintRotation {
  private final Configuration config;
  private final Topics topics;
  private final Registry registry;
  private final InstantSource clock;
  private final String actor;
  private final Progress progress;

  /**
   * A rotation in a deployment.
   *
   * @param actor who does it
   * @param progress is told of each step before it is taken
   */
  public FingerprintRotation(
      Configuration config, InstantSource clock, String actor, Progress progress) {
    this.config = config;
    this.topics = config.kafka().settings().topics();
    this.registry = new Registry(config, clock);
    this.clock = clock;
    this.actor = actor;
    this.progress = progress;
  }

  /**
   * What was done.
   *
   * @param current the id of the key in force
   * @param previous the id of the key before, while both hold; null otherwise
   * @param changed names of the credentials that were registered anew, or whose old record was
   *     removed
   * @param registerAgain names of those that are registered under an earlier key only, because no
   *     copy of their secret can be opened
   */
  public record Summary(
      String current,
      @Nullable String previous,
      List<String> changed,
      List<String> registerAgain) {}

  /**
   * Brings a new key into force and registers every credential under it; or completes what was
   * interrupted.
   *
   * @throws CountermandException SEALING_KEY_ABSENT, SEAL_BROKEN, KEY_ROTATION_RUNNING,
   *     KEY_UNREADABLE, KAFKA_UNREACHABLE
   */
  public Summary rotate(TopicWriter writer) {
    try (KeyRotation keys = KeyRotation.of(config.fingerprintKey())) {
      FingerprintKeys.Ring ring = keys.ring();
      List<Credential> left = left(registry.all(), ring.previous() == null ? null : ring.current());
      Optional<Sealing.Opener> opener = opener(left);
      if (ring.previous() == null) {
        opener.ifPresent(able -> refuseForeignKey(left, able));
        replace(writer, keys, ring.current());
        ring = keys.ring();
      }
      return follow(writer, ring, opener);
    }
  }

  private void replace(TopicWriter writer, KeyRotation keys, FingerprintKey current) {
    FingerprintKey next = keys.next();
    progress.step("Writing down that key " + next.id() + " follows " + current.id());
    audit(writer, "fingerprint-key-rotate", current.id(), next.id());
    progress.step("Keeping key " + current.id() + " for the overlap");
    keys.keep();
    progress.step("Bringing key " + next.id() + " into force");
    keys.replace();
  }

  private Summary follow(
      TopicWriter writer, FingerprintKeys.Ring ring, Optional<Sealing.Opener> opener) {
    List<String> changed = new ArrayList<>();
    List<String> again = new ArrayList<>();
    // Read again: what was registered until the key came into force is under the old one.
    for (Credential credential : left(registry.all(), ring.current())) {
      Optional<String> secret = opener.flatMap(able -> secret(credential, able));
      if (secret.isPresent()) {
        progress.step("Registering " + credential.name() + " under key " + ring.current().id());
        register(writer, ring.current(), credential, secret.get());
        changed.add(credential.name());
      } else {
        again.add(credential.name());
      }
    }
    progress.step("Every credential that can be opened is registered under the new key");
    FingerprintKey previous = ring.previous();
    return new Summary(
        ring.current().id(), previous == null ? null : previous.id(), changed, again);
  }

  private void register(TopicWriter writer, FingerprintKey key, Credential old, String secret) {
    String fingerprint = key.fingerprint(secret);
    List<String> previous = new ArrayList<>(List.of(old.fingerprint()));
    previous.addAll(old.previous());
    writer.write(
        topics.credentials(),
        fingerprint,
        Credential.CODEC,
        new Credential(
            fingerprint,
            key.id(),
            clock.instant(),
            old.name(),
            old.kind(),
            old.provider(),
            old.owner(),
            old.environment(),
            old.capabilities(),
            old.handle(),
            Sealing.sealer(config.keys()).seal(secret, fingerprint),
            (long) secret.length(),
            previous,
            old.registeredBy(),
            old.extra()));
  }

  /**
   * Ends the overlap: removes the records under earlier keys that have a new one, and deletes the
   * previous key. Where no overlap is, nothing is done.
   *
   * @throws CountermandException KEY_ROTATION_INCOMPLETE when a credential that can be registered
   *     under the new key is not; else as {@link #rotate}
   */
  public Summary finish(TopicWriter writer) {
    try (KeyRotation keys = KeyRotation.of(config.fingerprintKey())) {
      FingerprintKeys.Ring ring = keys.ring();
      FingerprintKey previous = ring.previous();
      List<Credential> all = registry.all();
      List<Credential> left = left(all, ring.current());
      if (previous == null) {
        return new Summary(ring.current().id(), null, List.of(), names(left));
      }
      refuseIncomplete(left);
      progress.step("Writing down that the overlap with key " + previous.id() + " ends");
      audit(writer, "fingerprint-key-finish", previous.id(), ring.current().id());
      List<String> changed = new ArrayList<>();
      Set<String> superseded = Registry.superseded(all);
      for (Credential credential : all) {
        if (superseded.contains(credential.fingerprint())) {
          progress.step("Removing the record of " + credential.name() + " under its old key");
          writer.remove(topics.credentials(), credential.fingerprint());
          changed.add(credential.name());
        }
      }
      progress.step("Deleting key " + previous.id());
      keys.finish();
      return new Summary(ring.current().id(), null, changed, names(left));
    }
  }

  private void refuseIncomplete(List<Credential> left) {
    Optional<Sealing.Opener> opener = opener(left);
    List<String> able =
        names(
            left.stream()
                .filter(one -> opener.flatMap(it -> secret(one, it)).isPresent())
                .toList());
    if (!able.isEmpty()) {
      throw new CountermandException(
          "KEY_ROTATION_INCOMPLETE",
          "These credentials are not registered under the new fingerprint key yet: "
              + able
              + ". Run countermand credential rotate-key again, then --finish.");
    }
  }

  /**
   * The records under an earlier key that have none under the current one; all without a current.
   */
  private static List<Credential> left(List<Credential> all, @Nullable FingerprintKey current) {
    return Registry.latest(all).stream()
        .filter(credential -> current == null || !credential.keyId().equals(current.id()))
        .toList();
  }

  /** What opens sealed copies; not needed where none is to be opened. */
  private Optional<Sealing.Opener> opener(List<Credential> credentials) {
    if (credentials.stream().noneMatch(credential -> credential.sealed() != null)) {
      return Optional.empty();
    }
    if (!Sealing.canOpen(config.keys())) {
      throw new CountermandException(
          "SEALING_KEY_ABSENT",
          "The sealed copies of registered credentials cannot be opened on this host: containment's"
              + " private key is not in "
              + config.keys()
              + ". Nothing was changed. Run this where containment runs.");
    }
    return Optional.of(Sealing.opener(config.keys()));
  }

  /** Where not one of them opens, this is the private key of another deployment. */
  private static void refuseForeignKey(List<Credential> credentials, Sealing.Opener opener) {
    List<Credential> sealed =
        credentials.stream().filter(credential -> credential.sealed() != null).toList();
    if (!sealed.isEmpty() && sealed.stream().allMatch(one -> secret(one, opener).isEmpty())) {
      // Asked once more for its own error, which says what to do.
      opener.open(String.valueOf(sealed.get(0).sealed()), sealed.get(0).fingerprint());
    }
  }

  private static Optional<String> secret(Credential credential, Sealing.Opener opener) {
    String sealed = credential.sealed();
    if (sealed == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(opener.open(sealed, credential.fingerprint()));
    } catch (CountermandException e) {
      return Optional.empty();
    }
  }

  private static List<String> names(List<Credential> credentials) {
    return credentials.stream().map(Credential::name).toList();
  }

  private void audit(TopicWriter writer, String operation, String before, String after) {
    AuditEvent event =
        new AuditEvent(
            Ids.next(),
            clock.instant(),
            operation,
            actor,
            "cli",
            null,
            before + " " + after,
            "key " + before,
            "key " + after,
            Extra.NONE);
    writer.write(topics.audit(), event.subject(), AuditEvent.CODEC, event);
  }
}
