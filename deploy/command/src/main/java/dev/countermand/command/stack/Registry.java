package dev.countermand.command.stack;

import dev.countermand.model.Credential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.crypto.FingerprintKey;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.CompactedView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The registry of credentials, as people who operate see it. */
public final class Registry {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-fA-F]{32}");
  private static final int MIN_SECRET = 8;
  private static final int MAX_SECRET = 8 * 1024;

  private final Configuration config;
  private final InstantSource clock;

  /** The registry of a deployment. */
  public Registry(Configuration config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * What is known of a credential before it is registered.
   *
   * @param name what people call it
   * @param kind what it is
   * @param provider the configured provider that can revoke it
   * @param owner who answers for it
   * @param environment what it opens
   * @param capabilities what it can do
   * @param handle what names it at the provider
   * @param registeredBy who registers it
   */
  public record Description(
      String name,
      String kind,
      String provider,
      @Nullable String owner,
      String environment,
      List<String> capabilities,
      Map<String, String> handle,
      String registeredBy) {}

  /**
   * Registers a credential: keeps its fingerprint and, unless {@code gateway.seal} is {@code none}
   * for its kind, a copy sealed to containment; and forgets it.
   *
   * @throws CountermandException SECRET_UNUSABLE when it is too short to be told from other words,
   *     or too long; CREDENTIAL_NAME_UNUSABLE when its name looks like a fingerprint
   */
  public Credential add(TopicWriter writer, Description description, String secret) {
    if (FINGERPRINT.matcher(description.name()).matches()) {
      throw new CountermandException(
          "CREDENTIAL_NAME_UNUSABLE",
          "A credential may not be called by 32 hexadecimal digits: a task that names it could mean"
              + " another's fingerprint. Give it another name.");
    }
    String canonical = secret.strip();
    if (canonical.length() < MIN_SECRET || canonical.length() > MAX_SECRET) {
      throw new CountermandException(
          "SECRET_UNUSABLE",
          "The secret of \""
              + description.name()
              + "\" has "
              + canonical.length()
              + " characters; "
              + MIN_SECRET
              + " to "
              + MAX_SECRET
              + " can be registered.");
    }
    FingerprintKey key = FingerprintKey.at(config.fingerprintKey());
    String fingerprint = key.fingerprint(canonical);
    Credential credential =
        new Credential(
            fingerprint,
            key.id(),
            clock.instant(),
            description.name(),
            description.kind(),
            description.provider(),
            description.owner(),
            description.environment(),
            description.capabilities(),
            description.handle(),
            sealed(description.kind(), canonical, fingerprint),
            description.registeredBy(),
            Extra.NONE);
    writer.write(
        config.kafka().settings().topics().credentials(),
        fingerprint,
        Credential.CODEC,
        credential);
    return credential;
  }

  private @Nullable String sealed(String kind, String secret, String fingerprint) {
    return config.gateway().seal().of(kind) == Configuration.SealPolicy.NONE
        ? null
        : Sealing.sealer(config.keys()).seal(secret, fingerprint);
  }

  /** All registered credentials, by name. */
  public List<Credential> list() {
    try (CompactedView<Credential> view =
        new CompactedView<>(
            config.kafka().settings(),
            config.kafka().settings().topics().credentials(),
            Credential.CODEC)) {
      return view.awaitCaughtUp(DEADLINE).all().stream()
          .sorted(Comparator.comparing(Credential::name))
          .toList();
    }
  }

  /**
   * The fingerprints of credentials named by their name or fingerprint.
   *
   * @throws CountermandException CREDENTIAL_UNKNOWN when one is not registered
   */
  public List<String> fingerprints(List<String> namesOrFingerprints) {
    if (namesOrFingerprints.isEmpty()) {
      return List.of();
    }
    List<Credential> all = list();
    return namesOrFingerprints.stream()
        .map(
            word ->
                all.stream()
                    .filter(c -> c.name().equals(word) || c.fingerprint().equals(word))
                    .findFirst()
                    .map(Credential::fingerprint)
                    .orElseThrow(
                        () ->
                            new CountermandException(
                                "CREDENTIAL_UNKNOWN",
                                "No credential \""
                                    + word
                                    + "\" is registered. See: countermand credential list.")))
        .toList();
  }
}
