package dev.countermand.detectors.trail;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one agent did with a credential from one place.
 *
 * @param agentId the agent
 * @param source the collector's source that saw it
 * @param sighted where the agent first saw it, in a file that no task covers if it ever did; null
 *     when it did not see it
 * @param used its first use of a day, or the first that no task covers, or the first grave one;
 *     null when it did not use it
 * @param barred its first use after containment took the credential away; null for none
 * @param last when it last touched the credential, to the minute
 * @param lastUsed when it last used it, to the minute; null when it did not
 * @param extra fields of a newer schema, kept as they came
 */
public record Visit(
    String agentId,
    String source,
    @Nullable CredentialTouch sighted,
    @Nullable CredentialTouch used,
    @Nullable CredentialTouch barred,
    Instant last,
    @Nullable Instant lastUsed,
    Extra extra) {

  private static final DocumentCodec.Builder<Visit> FIELDS = DocumentCodec.builder("visit");
  private static final Field<Visit, String> AGENT_ID = FIELDS.string("agent", Visit::agentId);
  private static final Field<Visit, String> SOURCE = FIELDS.string("source", Visit::source);
  private static final Field<Visit, CredentialTouch> SIGHTED =
      FIELDS.object("sighted", CredentialTouch.CODEC, Visit::sighted);
  private static final Field<Visit, CredentialTouch> USED =
      FIELDS.object("used", CredentialTouch.CODEC, Visit::used);
  private static final Field<Visit, CredentialTouch> BARRED =
      FIELDS.object("barred", CredentialTouch.CODEC, Visit::barred);
  private static final Field<Visit, Instant> LAST = FIELDS.instant("last", Visit::last);
  private static final Field<Visit, Instant> LAST_USED =
      FIELDS.instant("last_used", Visit::lastUsed);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Visit> CODEC =
      FIELDS.build(
          v ->
              new Visit(
                  v.get(AGENT_ID),
                  v.get(SOURCE),
                  v.find(SIGHTED),
                  v.find(USED),
                  v.find(BARRED),
                  v.get(LAST),
                  v.find(LAST_USED),
                  v.extra()),
          Visit::extra);

  /** The first use, if there was one. */
  public Optional<CredentialTouch> use() {
    return Optional.ofNullable(used);
  }

  /** The first sighting, if there was one. */
  public Optional<CredentialTouch> sighting() {
    return Optional.ofNullable(sighted);
  }
}
