package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;

/**
 * What an action does to the world.
 *
 * @param verb what is done
 * @param resource to what
 * @param reversible whether the one who did it can put it back with ordinary means
 * @param confidence 0 to 1, how sure the reading is
 * @param because the words of the action that say so, redacted, at most 200 characters
 * @param extra fields of a newer schema, kept as they came
 */
public record Effect(
    Verb verb,
    Resource resource,
    boolean reversible,
    double confidence,
    String because,
    Extra extra) {

  private static final DocumentCodec.Builder<Effect> FIELDS = DocumentCodec.builder("Effect");
  private static final Field<Effect, Verb> VERB = FIELDS.wire("verb", Verb.values(), Effect::verb);
  private static final Field<Effect, Resource> RESOURCE =
      FIELDS.object("resource", Resource.CODEC, Effect::resource);
  private static final Field<Effect, Boolean> REVERSIBLE =
      FIELDS.bool("reversible", Effect::reversible);
  private static final Field<Effect, Double> CONFIDENCE =
      FIELDS.number("confidence", Effect::confidence);
  private static final Field<Effect, String> BECAUSE = FIELDS.string("because", Effect::because);

  /** Reads and writes the JSON of an effect. */
  public static final DocumentCodec<Effect> CODEC =
      FIELDS.build(
          v ->
              new Effect(
                  v.get(VERB),
                  v.get(RESOURCE),
                  v.get(REVERSIBLE),
                  v.get(CONFIDENCE),
                  v.get(BECAUSE),
                  v.extra()),
          Effect::extra);

  /** An effect without fields of a newer schema. */
  public Effect(
      Verb verb, Resource resource, boolean reversible, double confidence, String because) {
    this(verb, resource, reversible, confidence, because, Extra.NONE);
  }

  /** Whether it removes something that cannot be put back with ordinary means. */
  public boolean destructive() {
    return !reversible && (verb == Verb.DELETE || verb == Verb.DESTROY);
  }
}
