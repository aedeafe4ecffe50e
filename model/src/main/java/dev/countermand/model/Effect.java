package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an action does to the world.
 *
 * @param verb what is done
 * @param resource to what
 * @param reversible whether the one who did it can put it back with ordinary means
 * @param confidence 0 to 1, how sure the reading is
 * @param because the words of the action that say so, redacted, at most 200 characters
 * @param takes what else goes with the resource: what it holds, all that matches, dependents; empty
 *     when nothing else does, or nothing is known
 * @param undo how it can be put back, in a few words for a person; null when nothing is known
 * @param extra fields of a newer schema, kept as they came
 */
public record Effect(
    Verb verb,
    Resource resource,
    boolean reversible,
    double confidence,
    String because,
    List<String> takes,
    @Nullable String undo,
    Extra extra) {

  /** Lists are copied. */
  public Effect {
    takes = List.copyOf(takes);
  }

  private static final DocumentCodec.Builder<Effect> FIELDS = DocumentCodec.builder("Effect");
  private static final Field<Effect, Verb> VERB = FIELDS.wire("verb", Verb.values(), Effect::verb);
  private static final Field<Effect, Resource> RESOURCE =
      FIELDS.object("resource", Resource.CODEC, Effect::resource);
  private static final Field<Effect, Boolean> REVERSIBLE =
      FIELDS.bool("reversible", Effect::reversible);
  private static final Field<Effect, Double> CONFIDENCE =
      FIELDS.number("confidence", Effect::confidence);
  private static final Field<Effect, String> BECAUSE = FIELDS.string("because", Effect::because);

  private static final Field<Effect, List<String>> TAKES = FIELDS.strings("takes", Effect::takes);
  private static final Field<Effect, String> UNDO = FIELDS.string("undo", Effect::undo);

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
                  v.getOr(TAKES, List.of()),
                  v.find(UNDO),
                  v.extra()),
          Effect::extra);

  /** An effect of which no more is known. */
  public Effect(
      Verb verb, Resource resource, boolean reversible, double confidence, String because) {
    this(verb, resource, reversible, confidence, because, List.of(), null, Extra.NONE);
  }

  /** The same with what else goes, and how it can be put back. */
  public Effect with(List<String> alsoTakes, @Nullable String putBack) {
    return new Effect(verb, resource, reversible, confidence, because, alsoTakes, putBack, extra);
  }

  /** The same in another environment. */
  public Effect in(String environment) {
    Resource there = new Resource(resource.type(), resource.id(), environment, resource.extra());
    return new Effect(verb, there, reversible, confidence, because, takes, undo, extra);
  }

  /**
   * The same, read with another certainty.
   *
   * @param certainty 0 to 1
   */
  public Effect sure(double certainty) {
    return new Effect(verb, resource, reversible, certainty, because, takes, undo, extra);
  }

  /** Whether it removes something that cannot be put back with ordinary means. */
  public boolean destructive() {
    return !reversible && (verb == Verb.DELETE || verb == Verb.DESTROY);
  }
}
