package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import org.jspecify.annotations.Nullable;

/**
 * A credential as an action touches it. The secret itself is never here.
 *
 * @param fingerprint the keyed fingerprint of the secret, 32 hexadecimal digits
 * @param keyId which fingerprint key made it
 * @param previous its fingerprint under the key before, while both keys hold; null otherwise
 * @param kind what it looks like, for instance {@code github-pat}
 * @param role whether it was seen or used
 * @param field where in the action it stood, a JSON pointer
 * @param file the file it was seen in, where known
 * @param extra fields of a newer schema, kept as they came
 */
public record CredentialMention(
    String fingerprint,
    String keyId,
    @Nullable String previous,
    String kind,
    CredentialRole role,
    String field,
    @Nullable String file,
    Extra extra) {

  /** A mention while only one key holds. */
  public CredentialMention(
      String fingerprint,
      String keyId,
      String kind,
      CredentialRole role,
      String field,
      @Nullable String file,
      Extra extra) {
    this(fingerprint, keyId, null, kind, role, field, file, extra);
  }

  private static final DocumentCodec.Builder<CredentialMention> FIELDS =
      DocumentCodec.builder("CredentialMention");
  private static final Field<CredentialMention, String> FINGERPRINT =
      FIELDS.string("fingerprint", CredentialMention::fingerprint);
  private static final Field<CredentialMention, String> KEY_ID =
      FIELDS.string("key_id", CredentialMention::keyId);
  private static final Field<CredentialMention, String> PREVIOUS =
      FIELDS.string("previous", CredentialMention::previous);
  private static final Field<CredentialMention, String> KIND =
      FIELDS.string("kind", CredentialMention::kind);
  private static final Field<CredentialMention, CredentialRole> ROLE =
      FIELDS.wire("role", CredentialRole.values(), CredentialMention::role);
  private static final Field<CredentialMention, String> FIELD =
      FIELDS.string("field", CredentialMention::field);
  private static final Field<CredentialMention, String> FILE =
      FIELDS.string("file", CredentialMention::file);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<CredentialMention> CODEC =
      FIELDS.build(
          v ->
              new CredentialMention(
                  v.get(FINGERPRINT),
                  v.get(KEY_ID),
                  v.find(PREVIOUS),
                  v.get(KIND),
                  v.get(ROLE),
                  v.get(FIELD),
                  v.find(FILE),
                  v.extra()),
          CredentialMention::extra);
}
