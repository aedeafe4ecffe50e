package dev.countermand.command.stack;

import dev.countermand.collectors.redact.Fingerprint;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.Credential;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.crypto.FingerprintKeys;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The registry of credentials, as people who operate see it. Thread-safe. */
public final class Registry {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-fA-F]{32}");
  private static final int MIN_SECRET = 8;
  private static final int MAX_SECRET = 8 * 1024;

  private final Configuration config;
  private final InstantSource clock;

  /** What people type, without its secrets; the rules for it take long to read. */
  private volatile @Nullable PersonRecords records;

  /** The registry of a deployment. */
  public Registry(Configuration config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  private PersonRecords records() {
    PersonRecords made = records;
    if (made == null) {
      made = Redactors.records(config, clock);
      records = made;
    }
    return made;
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
      String registeredBy) {
    private Stream<String> texts() {
      return Stream.of(
              Stream.of(name, kind, environment, owner == null ? "" : owner),
              capabilities.stream(),
              handle.keySet().stream(),
              handle.values().stream())
          .flatMap(texts -> texts);
    }
  }

  /** A credential that can be registered, with its secret in the clear; never printed. */
  public static final class Candidate {
    private final Description description;
    private final String secret;
    private final Fingerprint fingerprint;

    private Candidate(Description description, String secret, Fingerprint fingerprint) {
      this.description = description;
      this.secret = secret;
      this.fingerprint = fingerprint;
    }

    /** What is known of it. */
    public Description description() {
      return description;
    }

    /** The fingerprint it will be registered under. */
    public String fingerprint() {
      return fingerprint.value();
    }

    /**
     * Whether what is registered is of the same secret, under the current key or the one before.
     */
    public boolean isOf(Credential registered) {
      return registered.hasFingerprint(fingerprint.value())
          || (fingerprint.previous() != null && registered.hasFingerprint(fingerprint.previous()));
    }

    @Override
    public String toString() {
      return description.name() + " (" + fingerprint.value() + ")";
    }
  }

  /**
   * Checks that a credential can be registered; writes nothing.
   *
   * @throws CountermandException SECRET_UNUSABLE when it is too short to be told from other words,
   *     or too long; CREDENTIAL_NAME_UNUSABLE when its name looks like a fingerprint, or a secret;
   *     CREDENTIAL_TELLS_SECRET; PROVIDER_UNKNOWN when nobody could revoke it
   * @throws dev.countermand.runtime.http.Refusal TEXT_TOO_LONG
   */
  public Candidate check(Description typed, String secret) {
    String canonical = secret.strip();
    Description description = redacted(typed, canonical);
    if (description.name().isBlank() || FINGERPRINT.matcher(description.name()).matches()) {
      throw new CountermandException(
          "CREDENTIAL_NAME_UNUSABLE",
          "A credential may not be called by nothing, or by 32 hexadecimal digits: a task that names"
              + " it could mean another's fingerprint. Give it another name.");
    }
    if (!config.containment().providers().containsKey(description.provider())) {
      throw new CountermandException(
          "PROVIDER_UNKNOWN",
          "No provider \""
              + description.provider()
              + "\" is configured under containment.providers; known: "
              + config.containment().providers().keySet()
              + ". Add it first, or nobody could revoke \""
              + description.name()
              + "\".");
    }
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
    FingerprintKeys.Ring ring = FingerprintKeys.at(config.fingerprintKey()).ring();
    return new Candidate(description, canonical, Redactors.fingerprint(ring, canonical));
  }

  /** Without the secrets of what is told on, and of nothing that is looked up by what it is. */
  private Description redacted(Description typed, String secret) {
    PersonRecords records = records();
    typed.texts().forEach(records::requireShort);
    if (!secret.isEmpty() && typed.texts().anyMatch(text -> text.contains(secret))) {
      throw new CountermandException(
          "CREDENTIAL_TELLS_SECRET",
          "The secret itself stands in the name, or in another text, that it would be registered"
              + " with. Describe it without it.");
    }
    if (records.holdsSecret(typed.name())) {
      throw new CountermandException(
          "CREDENTIAL_NAME_UNUSABLE",
          "The name of a credential looks like a secret, or holds one. Give it another name.");
    }
    return new Description(
        typed.name(),
        records.described(typed.kind()),
        typed.provider(),
        typed.owner() == null ? null : records.described(typed.owner()),
        records.described(typed.environment()),
        typed.capabilities().stream().map(records::described).toList(),
        typed.handle(),
        typed.registeredBy());
  }

  /**
   * Registers a credential: keeps its fingerprint and a copy sealed to containment, and forgets it.
   * What was registered of the same secret is replaced.
   *
   * @throws CountermandException as {@link #check}
   */
  public Credential add(TopicWriter writer, Description description, String secret) {
    return add(writer, check(description, secret), all());
  }

  /**
   * Registers a credential that was checked.
   *
   * @param all what is registered
   */
  public Credential add(TopicWriter writer, Candidate candidate, List<Credential> all) {
    Description description = candidate.description;
    List<Credential> known = all.stream().filter(candidate::isOf).toList();
    Credential credential =
        new Credential(
            candidate.fingerprint.value(),
            candidate.fingerprint.keyId(),
            clock.instant(),
            description.name(),
            description.kind(),
            description.provider(),
            description.owner(),
            description.environment(),
            description.capabilities(),
            description.handle(),
            sealed(description.kind(), candidate.secret, candidate.fingerprint.value()),
            (long) candidate.secret.length(),
            earlier(candidate.fingerprint, known),
            description.registeredBy(),
            Extra.NONE);
    Topics topics = config.kafka().settings().topics();
    // The event first: a credential that nobody can account for is worse than the reverse.
    writer.write(
        topics.audit(),
        credential.fingerprint(),
        AuditEvent.CODEC,
        AuditEvent.ofCredential(
            Ids.next(),
            description.registeredBy(),
            "cli",
            known.stream().findFirst().orElse(null),
            credential));
    writer.write(topics.credentials(), credential.fingerprint(), Credential.CODEC, credential);
    return credential;
  }

  private @Nullable String sealed(String kind, String secret, String fingerprint) {
    return config.gateway().seal().of(kind) == GatewaySettings.SealPolicy.NONE
        ? null
        : Sealing.sealer(config.keys()).seal(secret, fingerprint);
  }

  private static List<String> earlier(Fingerprint fingerprint, List<Credential> known) {
    Set<String> earlier = new LinkedHashSet<>();
    if (fingerprint.previous() != null) {
      earlier.add(fingerprint.previous());
    }
    for (Credential credential : known) {
      earlier.add(credential.fingerprint());
      earlier.addAll(credential.previous());
    }
    earlier.remove(fingerprint.value());
    return List.copyOf(earlier);
  }

  /**
   * All registered credentials, by name. While two fingerprint keys hold, one that is registered
   * under both stands here once, under the current one.
   */
  public List<Credential> list() {
    return latest(all());
  }

  /** Everything that is registered, by name. */
  List<Credential> all() {
    try (CompactedView<Credential> view =
        new CompactedView<>(
            config.kafka().settings(),
            config.kafka().settings().topics().credentials(),
            Credential.CODEC)) {
      return view.awaitCaughtUp(DEADLINE).all().stream()
          .sorted(Comparator.comparing(Credential::name).thenComparing(Credential::fingerprint))
          .toList();
    }
  }

  /** Without those that are registered under a newer key, too. */
  static List<Credential> latest(List<Credential> all) {
    Set<String> superseded = superseded(all);
    return all.stream()
        .filter(credential -> !superseded.contains(credential.fingerprint()))
        .toList();
  }

  /** The fingerprints under earlier keys of what is registered under a newer one. */
  static Set<String> superseded(List<Credential> all) {
    return all.stream()
        .flatMap(credential -> credential.previous().stream())
        .collect(Collectors.toSet());
  }

  /**
   * The fingerprints of credentials named by their name or fingerprint: the current one of each,
   * and after it that under the previous key while both hold.
   *
   * @throws CountermandException CREDENTIAL_UNKNOWN when one is not registered
   */
  public List<String> fingerprints(List<String> namesOrFingerprints) {
    if (namesOrFingerprints.isEmpty()) {
      return List.of();
    }
    List<Credential> all = all();
    return namesOrFingerprints.stream().flatMap(word -> grantable(all, word).stream()).toList();
  }

  private static List<String> grantable(List<Credential> all, String word) {
    List<String> fingerprints = Credential.grantable(all, word);
    if (fingerprints.isEmpty()) {
      throw new CountermandException(
          "CREDENTIAL_UNKNOWN",
          "No credential \"" + word + "\" is registered. See: countermand credential list.");
    }
    return fingerprints;
  }
}
