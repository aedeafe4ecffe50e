package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;

/**
 * What an effect acts on.
 *
 * @param type the kind of thing, singular and lower case: {@code file}, {@code volume}, {@code
 *     database}, {@code table}, {@code repository}, {@code credential}, {@code unknown}
 * @param id the thing's name as the action names it, redacted; {@code *} for all of a kind, empty
 *     when the action does not say
 * @param environment {@code production}, {@code staging}, {@code development}, {@code local} or
 *     {@code unknown}
 * @param extra fields of a newer schema, kept as they came
 */
public record Resource(String type, String id, String environment, Extra extra) {
  /** The environment of a resource that nothing names. */
  public static final String UNKNOWN_ENVIRONMENT = "unknown";

  private static final DocumentCodec.Builder<Resource> FIELDS = DocumentCodec.builder("Resource");
  private static final Field<Resource, String> TYPE = FIELDS.string("type", Resource::type);
  private static final Field<Resource, String> ID = FIELDS.string("id", Resource::id);
  private static final Field<Resource, String> ENVIRONMENT =
      FIELDS.string("environment", Resource::environment);

  /** Reads and writes the JSON of a resource. */
  public static final DocumentCodec<Resource> CODEC =
      FIELDS.build(
          v ->
              new Resource(
                  v.get(TYPE), v.get(ID), v.getOr(ENVIRONMENT, UNKNOWN_ENVIRONMENT), v.extra()),
          Resource::extra);

  /** A resource without fields of a newer schema. */
  public Resource(String type, String id, String environment) {
    this(type, id, environment, Extra.NONE);
  }

  /** A resource whose environment nothing names. */
  public Resource(String type, String id) {
    this(type, id, UNKNOWN_ENVIRONMENT, Extra.NONE);
  }
}
