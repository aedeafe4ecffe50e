package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a containment order rests on, for the policy that says how hard it takes hold.
 *
 * @param rules ids of the rules whose findings led to it
 * @param severity of the gravest of these findings
 * @param environments of what they act on; empty when that is not known
 * @param risk of the agent, 0 to 100, where the risk led to it
 * @param extra fields of a newer schema, kept as they came
 */
public record Grounds(
    List<String> rules,
    Severity severity,
    List<String> environments,
    @Nullable Double risk,
    Extra extra) {

  /** An order that rests on nothing but the word of whoever gave it. */
  public static final Grounds NONE =
      new Grounds(List.of(), Severity.NONE, List.of(), null, Extra.NONE);

  /** Lists are copied. */
  public Grounds {
    rules = List.copyOf(rules);
    environments = List.copyOf(environments);
  }

  /** What these findings are grounds for. */
  public static Grounds of(List<Finding> findings) {
    return new Grounds(
        findings.stream().map(Finding::ruleId).distinct().toList(),
        findings.stream().map(Finding::severity).reduce(Severity.NONE, Severity::or),
        findings.stream().flatMap(Grounds::environments).distinct().toList(),
        null,
        Extra.NONE);
  }

  // A resource is named as type:id@environment, and an id may hold an @.
  private static Stream<String> environments(Finding finding) {
    return finding.resources().stream()
        .filter(resource -> resource.contains("@"))
        .map(resource -> resource.substring(resource.lastIndexOf('@') + 1));
  }

  private static final DocumentCodec.Builder<Grounds> FIELDS = DocumentCodec.builder("Grounds");
  private static final Field<Grounds, List<String>> RULES = FIELDS.strings("rules", Grounds::rules);
  private static final Field<Grounds, Severity> SEVERITY =
      FIELDS.wire("severity", Severity.values(), Grounds::severity);
  private static final Field<Grounds, List<String>> ENVIRONMENTS =
      FIELDS.strings("environments", Grounds::environments);
  private static final Field<Grounds, Double> RISK = FIELDS.number("risk", Grounds::risk);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Grounds> CODEC =
      FIELDS.build(
          v ->
              new Grounds(
                  v.getOr(RULES, List.of()),
                  v.getOr(SEVERITY, Severity.NONE),
                  v.getOr(ENVIRONMENTS, List.of()),
                  v.find(RISK),
                  v.extra()),
          Grounds::extra);
}
