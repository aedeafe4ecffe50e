package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registered credential: what it is, what it can do and how it is revoked. Never the secret.
 *
 * @param fingerprint the keyed fingerprint of the secret; the key of the topic
 * @param keyId which fingerprint key made it
 * @param time when it was registered or changed
 * @param name what people call it
 * @param kind what it is, for instance {@code oauth2-token}, {@code postgresql-role}
 * @param provider the configured provider that can revoke it
 * @param owner the person or team that answers for it
 * @param environment what it opens: {@code production}, {@code staging}, ..., {@code unknown}
 * @param capabilities what it can do, as {@code verb:resource-type}
 * @param handle what names it at the provider, for instance {@code role}
 * @param sealed the secret sealed to the public key of containment, Base64; null when a handle is
 *     enough
 * @param length how long the secret is, in UTF-16 units; null when that is not known
 * @param previous its fingerprints under earlier keys, the latest first; at most {@value
 *     #MAX_PREVIOUS}
 * @param registeredBy who registered it
 * @param extra fields of a newer schema, kept as they came
 */
public record Credential(
    String fingerprint,
    String keyId,
    Instant time,
    String name,
    String kind,
    String provider,
    @Nullable String owner,
    String environment,
    List<String> capabilities,
    Map<String, String> handle,
    @Nullable String sealed,
    @Nullable Long length,
    List<String> previous,
    String registeredBy,
    Extra extra) {

  /** Most fingerprints under earlier keys that are kept. */
  public static final int MAX_PREVIOUS = 8;

  /** Lists and maps are copied; the oldest of too many earlier fingerprints are left out. */
  public Credential {
    capabilities = List.copyOf(capabilities);
    handle = Map.copyOf(handle);
    previous = List.copyOf(previous.subList(0, Math.min(previous.size(), MAX_PREVIOUS)));
  }

  /** A credential that never had another fingerprint, of a length that is not known. */
  public Credential(
      String fingerprint,
      String keyId,
      Instant time,
      String name,
      String kind,
      String provider,
      @Nullable String owner,
      String environment,
      List<String> capabilities,
      Map<String, String> handle,
      @Nullable String sealed,
      String registeredBy,
      Extra extra) {
    this(
        fingerprint,
        keyId,
        time,
        name,
        kind,
        provider,
        owner,
        environment,
        capabilities,
        handle,
        sealed,
        null,
        List.of(),
        registeredBy,
        extra);
  }

  /** Whether a fingerprint is that of this credential, under the current key or an earlier one. */
  public boolean hasFingerprint(String other) {
    return fingerprint.equals(other) || previous.contains(other);
  }

  /**
   * What a task has to name to grant a credential: its fingerprint and, while it is registered
   * under an earlier key, too, that one, with which some gateway may still tell of it.
   *
   * @param all what is registered
   * @param word its name or one of its fingerprints; of several with the name, the latest is meant
   * @return the current fingerprint first; empty when none is registered
   */
  public static List<String> grantable(Collection<Credential> all, String word) {
    Credential meant =
        all.stream()
            .filter(one -> one.name().equals(word) || one.hasFingerprint(word))
            .max(Comparator.comparing(Credential::time))
            .orElse(null);
    if (meant == null) {
      return List.of();
    }
    List<String> fingerprints = new ArrayList<>(List.of(meant.fingerprint()));
    all.stream()
        .map(Credential::fingerprint)
        .filter(meant.previous()::contains)
        .forEach(fingerprints::add);
    return List.copyOf(fingerprints);
  }

  /** The provider of a credential that nobody registered: the one that takes its kind. */
  public static final String BY_KIND = "by-kind";

  private static final int SHOWN = 8;

  /**
   * A credential that nobody registered, of which only what a gateway saw is known.
   *
   * @param sealed the secret sealed to the public key of containment, Base64
   * @param source the configured source whose agent had it
   */
  public static Credential unregistered(
      String fingerprint, String keyId, Instant time, String kind, String sealed, String source) {
    return new Credential(
        fingerprint,
        keyId,
        time,
        "unregistered " + kind + " " + fingerprint.substring(0, SHOWN),
        kind,
        BY_KIND,
        null,
        "unknown",
        List.of(),
        Map.of(),
        sealed,
        "gateway " + source,
        Extra.NONE);
  }

  /** The same credential, to be revoked at this provider. */
  public Credential at(String name) {
    return new Credential(
        fingerprint,
        keyId,
        time,
        this.name,
        kind,
        name,
        owner,
        environment,
        capabilities,
        handle,
        sealed,
        length,
        previous,
        registeredBy,
        extra);
  }

  private static final DocumentCodec.Builder<Credential> FIELDS =
      DocumentCodec.builder("Credential");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "asset");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.credential");
  }

  private static final Field<Credential, String> FINGERPRINT =
      FIELDS.string("countermand.credential.fingerprint", Credential::fingerprint);
  private static final Field<Credential, String> KEY_ID =
      FIELDS.string("countermand.credential.key_id", Credential::keyId);
  private static final Field<Credential, Instant> TIME =
      FIELDS.instant("@timestamp", Credential::time);
  private static final Field<Credential, String> NAME =
      FIELDS.string("countermand.credential.name", Credential::name);
  private static final Field<Credential, String> KIND =
      FIELDS.string("countermand.credential.kind", Credential::kind);
  private static final Field<Credential, String> PROVIDER =
      FIELDS.string("countermand.credential.provider", Credential::provider);
  private static final Field<Credential, String> OWNER =
      FIELDS.string("countermand.credential.owner", Credential::owner);
  private static final Field<Credential, String> ENVIRONMENT =
      FIELDS.string("countermand.credential.environment", Credential::environment);
  private static final Field<Credential, List<String>> CAPABILITIES =
      FIELDS.strings("countermand.credential.capabilities", Credential::capabilities);
  private static final Field<Credential, Map<String, String>> HANDLE =
      FIELDS.map("countermand.credential.handle", Credential::handle);
  private static final Field<Credential, String> SEALED =
      FIELDS.string("countermand.credential.sealed", Credential::sealed);
  private static final Field<Credential, Long> LENGTH =
      FIELDS.integer("countermand.credential.length", Credential::length);
  private static final Field<Credential, List<String>> PREVIOUS =
      FIELDS.strings("countermand.credential.previous", Credential::previous);
  private static final Field<Credential, String> REGISTERED_BY =
      FIELDS.string("countermand.credential.registered_by", Credential::registeredBy);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Credential> CODEC =
      FIELDS.build(
          v ->
              new Credential(
                  v.get(FINGERPRINT),
                  v.get(KEY_ID),
                  v.get(TIME),
                  v.get(NAME),
                  v.get(KIND),
                  v.get(PROVIDER),
                  v.find(OWNER),
                  v.get(ENVIRONMENT),
                  v.getOr(CAPABILITIES, List.of()),
                  v.getOr(HANDLE, Map.of()),
                  v.find(SEALED),
                  v.find(LENGTH),
                  v.getOr(PREVIOUS, List.of()),
                  v.get(REGISTERED_BY),
                  v.extra()),
          Credential::extra);
}
