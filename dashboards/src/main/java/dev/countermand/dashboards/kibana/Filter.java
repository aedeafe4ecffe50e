package dev.countermand.dashboards.kibana;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Documents whose field has one of some values.
 *
 * @param field dotted path
 * @param values at least one
 */
public record Filter(String field, List<String> values) {

  /** A filter of some values. */
  public static Filter of(String field, String... values) {
    return new Filter(field, List.of(values));
  }

  /** Documents that pass every filter, in Kibana's query language; empty for all documents. */
  static String kuery(List<Filter> filters) {
    return filters.stream().map(Filter::kuery).collect(Collectors.joining(" and "));
  }

  private String kuery() {
    return values.stream()
        .map(value -> "\"" + value + "\"")
        .collect(Collectors.joining(" or ", field + " : (", ")"));
  }
}
