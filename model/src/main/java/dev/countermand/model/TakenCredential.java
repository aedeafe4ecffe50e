package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.Map;

/**
 * A credential that containment took away, with what is needed to give it back.
 *
 * @param fingerprint the credential
 * @param provider where it was taken away
 * @param state how far that has come
 * @param rung how far it was to be taken
 * @param prior what it was before, for the way back
 * @param extra fields of a newer schema, kept as they came
 */
public record TakenCredential(
    String fingerprint,
    String provider,
    StepState state,
    Rung rung,
    Map<String, String> prior,
    Extra extra) {

  /** Lists and maps are copied. */
  public TakenCredential {
    prior = Map.copyOf(prior);
  }

  /** The same, come so far. */
  public TakenCredential to(StepState other) {
    return new TakenCredential(fingerprint, provider, other, rung, prior, extra);
  }

  private static final DocumentCodec.Builder<TakenCredential> FIELDS =
      DocumentCodec.builder("TakenCredential");
  private static final Field<TakenCredential, String> FINGERPRINT =
      FIELDS.string("fingerprint", TakenCredential::fingerprint);
  private static final Field<TakenCredential, String> PROVIDER =
      FIELDS.string("provider", TakenCredential::provider);
  private static final Field<TakenCredential, StepState> STATE =
      FIELDS.wire("state", StepState.values(), TakenCredential::state);
  private static final Field<TakenCredential, Rung> RUNG =
      FIELDS.wire("rung", Rung.values(), TakenCredential::rung);
  private static final Field<TakenCredential, Map<String, String>> PRIOR =
      FIELDS.map("prior", TakenCredential::prior);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<TakenCredential> CODEC =
      FIELDS.build(
          v ->
              new TakenCredential(
                  v.get(FINGERPRINT),
                  v.get(PROVIDER),
                  v.get(STATE),
                  v.getOr(RUNG, Rung.SUSPEND),
                  v.getOr(PRIOR, Map.of()),
                  v.extra()),
          TakenCredential::extra);
}
