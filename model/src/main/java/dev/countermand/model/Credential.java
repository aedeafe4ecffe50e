package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
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
    String registeredBy,
    Extra extra) {

  /** Lists and maps are copied. */
  public Credential {
    capabilities = List.copyOf(capabilities);
    handle = Map.copyOf(handle);
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
                  v.get(REGISTERED_BY),
                  v.extra()),
          Credential::extra);
}
