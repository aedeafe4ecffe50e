package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;

/**
 * Which agents have a registered credential: what containment must know before it takes one away.
 *
 * @param fingerprint the credential, as it is registered; the key of the topic
 * @param time when an agent last used or saw it
 * @param users agents that used it, the latest first
 * @param seers agents that only saw it, the latest first
 * @param extra fields of a newer schema, kept as they came
 */
public record CredentialHolders(
    String fingerprint, Instant time, List<String> users, List<String> seers, Extra extra) {

  /** Lists are copied. */
  public CredentialHolders {
    users = List.copyOf(users);
    seers = List.copyOf(seers);
  }

  private static final DocumentCodec.Builder<CredentialHolders> FIELDS =
      DocumentCodec.builder("CredentialHolders");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "state");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.holders");
  }

  private static final Field<CredentialHolders, String> FINGERPRINT =
      FIELDS.string("countermand.credential.fingerprint", CredentialHolders::fingerprint);
  private static final Field<CredentialHolders, Instant> TIME =
      FIELDS.instant("@timestamp", CredentialHolders::time);
  private static final Field<CredentialHolders, List<String>> USERS =
      FIELDS.strings("countermand.holders.users", CredentialHolders::users);
  private static final Field<CredentialHolders, List<String>> SEERS =
      FIELDS.strings("countermand.holders.seers", CredentialHolders::seers);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<CredentialHolders> CODEC =
      FIELDS.build(
          v ->
              new CredentialHolders(
                  v.get(FINGERPRINT),
                  v.get(TIME),
                  v.getOr(USERS, List.of()),
                  v.getOr(SEERS, List.of()),
                  v.extra()),
          CredentialHolders::extra);
}
