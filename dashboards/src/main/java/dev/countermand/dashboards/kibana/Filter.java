package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
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

  /** Documents that pass every filter, in Elasticsearch's query language. */
  static ObjectNode query(List<Filter> filters) {
    ObjectNode query = Json.mapper().createObjectNode();
    ArrayNode clauses = query.putObject("bool").putArray("filter");
    for (Filter filter : filters) {
      ArrayNode values = clauses.addObject().putObject("terms").putArray(filter.field());
      filter.values().forEach(values::add);
    }
    return query;
  }

  private String kuery() {
    return values.stream()
        .map(value -> "\"" + value + "\"")
        .collect(Collectors.joining(" or ", field + " : (", ")"));
  }
}
