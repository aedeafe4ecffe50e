package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.List;

/**
 * What a file in a repository takes away from the grant of an agent that works there. The agent can
 * write that file, so it never adds anything.
 *
 * @param file the file that says so
 * @param environments where the agent may still act; empty when the file does not narrow it
 * @param resources globs of {@code type:id} it may still change; empty when not narrowed
 * @param verbs what it may still do, by their names in documents; empty when not narrowed
 * @param credentials names or fingerprints it may still use; empty when not narrowed
 * @param extra fields of a newer schema, kept as they came
 */
public record Narrowing(
    String file,
    List<String> environments,
    List<String> resources,
    List<String> verbs,
    List<String> credentials,
    Extra extra) {

  /** The only element of a list that leaves nothing. */
  public static final String NOTHING = "none";

  /** Lists are copied. */
  public Narrowing {
    environments = List.copyOf(environments);
    resources = List.copyOf(resources);
    verbs = List.copyOf(verbs);
    credentials = List.copyOf(credentials);
  }

  private static final DocumentCodec.Builder<Narrowing> FIELDS = DocumentCodec.builder("Narrowing");
  private static final Field<Narrowing, String> FILE = FIELDS.string("file", Narrowing::file);
  private static final Field<Narrowing, List<String>> ENVIRONMENTS =
      FIELDS.strings("environments", Narrowing::environments);
  private static final Field<Narrowing, List<String>> RESOURCES =
      FIELDS.strings("resources", Narrowing::resources);
  private static final Field<Narrowing, List<String>> VERBS =
      FIELDS.strings("verbs", Narrowing::verbs);
  private static final Field<Narrowing, List<String>> CREDENTIALS =
      FIELDS.strings("credentials", Narrowing::credentials);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Narrowing> CODEC =
      FIELDS.build(
          v ->
              new Narrowing(
                  v.get(FILE),
                  v.getOr(ENVIRONMENTS, List.of()),
                  v.getOr(RESOURCES, List.of()),
                  v.getOr(VERBS, List.of()),
                  v.getOr(CREDENTIALS, List.of()),
                  v.extra()),
          Narrowing::extra);
}
