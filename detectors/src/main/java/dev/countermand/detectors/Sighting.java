package dev.countermand.detectors;

import dev.countermand.detectors.grant.Scope;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent first came across a credential.
 *
 * @param fingerprint the credential
 * @param previous the same under the key before; null when it was only told of with one key
 * @param kind what it looks like
 * @param actionId the action that first showed or used it
 * @param time of that action
 * @param file the file it stood in, where known
 * @param granted whether the task that was open then was given the credential
 * @param extra fields of a newer schema, kept as they came
 */
public record Sighting(
    String fingerprint,
    @Nullable String previous,
    String kind,
    String actionId,
    Instant time,
    @Nullable String file,
    boolean granted,
    Extra extra) {

  private static final int MAX_KIND = 64;
  private static final int MAX_FILE = 256;

  private static final DocumentCodec.Builder<Sighting> FIELDS = DocumentCodec.builder("sighting");
  private static final Field<Sighting, String> FINGERPRINT =
      FIELDS.string("fingerprint", Sighting::fingerprint);
  private static final Field<Sighting, String> PREVIOUS =
      FIELDS.string("previous", Sighting::previous);
  private static final Field<Sighting, String> KIND = FIELDS.string("kind", Sighting::kind);
  private static final Field<Sighting, String> ACTION_ID =
      FIELDS.string("action", Sighting::actionId);
  private static final Field<Sighting, Instant> TIME = FIELDS.instant("time", Sighting::time);
  private static final Field<Sighting, String> FILE = FIELDS.string("file", Sighting::file);
  private static final Field<Sighting, Boolean> GRANTED = FIELDS.bool("granted", Sighting::granted);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Sighting> CODEC =
      FIELDS.build(
          v ->
              new Sighting(
                  v.get(FINGERPRINT),
                  v.find(PREVIOUS),
                  v.get(KIND),
                  v.get(ACTION_ID),
                  v.get(TIME),
                  v.find(FILE),
                  v.getOr(GRANTED, false),
                  v.extra()),
          Sighting::extra);

  /** The sighting that one mention in an action makes; long text is cut. */
  static Sighting of(Action action, CredentialMention mention, Scope scope) {
    String file = mention.file();
    String previous = mention.previous();
    return new Sighting(
        Text.line(mention.fingerprint(), MAX_KIND),
        previous == null ? null : Text.line(previous, MAX_KIND),
        Text.line(mention.kind(), MAX_KIND),
        action.id(),
        action.believedTime(),
        file == null ? null : Text.line(file, MAX_FILE),
        scope.given(mention),
        Extra.NONE);
  }

  /** Whether this is of a credential with one of these fingerprints. */
  boolean isOf(List<String> fingerprints) {
    return fingerprints.contains(fingerprint)
        || (previous != null && fingerprints.contains(previous));
  }

  /** The same as a later mention names the credential, if that knows a newer key. */
  Sighting renamed(Sighting later) {
    return fingerprint.equals(later.fingerprint) || later.fingerprint.equals(previous)
        ? this
        : new Sighting(later.fingerprint, fingerprint, kind, actionId, time, file, granted, extra);
  }
}
