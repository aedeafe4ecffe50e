package dev.countermand.dashboards.kibana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexTemplate;
import dev.countermand.dashboards.Samples;
import dev.countermand.dashboards.ServerFeatures;
import dev.countermand.dashboards.Servers;
import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ElasticsearchBackend;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * There is no Kibana to try the panels on: each one's search is run on a real Elasticsearch over
 * documents of the model under our own templates.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PanelsContract {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String NAMESPACE = "p" + UUID.randomUUID().toString().substring(0, 8);

  /** Says which panel a document is for; no panel asks for it. */
  private static final String TAG = "ecs.version";

  abstract ElasticsearchBackend elasticsearch();

  @BeforeAll
  void indexSamples() throws Exception {
    ServerFeatures features = Servers.features(elasticsearch());
    for (DataStream stream : DataStream.values()) {
      String template = IndexTemplate.of(stream, features, Optional.empty()).toString();
      send("PUT", "/_index_template/panels-" + stream.dataset(), raisedPriority(template));
    }
    StringBuilder bulk = new StringBuilder();
    for (Panel panel : panels().toList()) {
      index(bulk, panel, document(panel));
      for (Filter filter : panel.filters()) {
        ObjectNode other = document(panel);
        put(other, filter.field(), filter.field().endsWith("reversible") ? "true" : "other");
        index(bulk, panel, other);
      }
    }
    JsonNode answer = send("POST", "/_bulk?refresh=true", bulk.toString());
    assertThat(answer.path("errors").asBoolean(true)).as(answer.toString()).isFalse();
  }

  /** A document that the panel is there to show. */
  private static ObjectNode document(Panel panel) throws Exception {
    byte[] sample = Samples.document(panel.view().stream(), "id-1");
    ObjectNode document = (ObjectNode) Json.mapper().readTree(sample);
    put(document, TAG, panel.id());
    panel.filters().forEach(filter -> put(document, filter.field(), filter.values().get(0)));
    return document;
  }

  private static void index(StringBuilder bulk, Panel panel, ObjectNode document) {
    ObjectNode line = Json.mapper().createObjectNode();
    line.putObject("create").put("_index", panel.view().stream().in(NAMESPACE));
    bulk.append(line).append('\n').append(document).append('\n');
  }

  /** Sets a field; in every element where an array is on its path. */
  private static void put(JsonNode node, String path, String value) {
    if (node.isArray()) {
      node.forEach(element -> put(element, path, value));
      return;
    }
    int dot = path.indexOf('.');
    ObjectNode object = (ObjectNode) node;
    if (dot < 0) {
      object.put(path, value);
    } else {
      String head = path.substring(0, dot);
      if (!object.has(head)) {
        object.putObject(head);
      }
      put(object.get(head), path.substring(dot + 1), value);
    }
  }

  /** The sink of another test may put the same template; this one is for these documents only. */
  private static String raisedPriority(String template) throws Exception {
    ObjectNode node = (ObjectNode) Json.mapper().readTree(template);
    String pattern = node.path("index_patterns").path(0).textValue();
    node.putArray("index_patterns").add(pattern.replace("*", NAMESPACE));
    return node.put("priority", 900).toString();
  }

  /** Every panel, and what every rule looks for as if it were one. */
  static Stream<Panel> panels() {
    Stream<Panel> shown =
        Dashboards.all().stream().flatMap(one -> one.panels().stream()).map(Placed::panel);
    Stream<Panel> alerts =
        AlertRules.all().stream().map(rule -> counting(rule.id(), rule.view(), rule.filters()));
    Stream<Panel> detections =
        DetectionRules.all().stream()
            .map(rule -> counting(rule.id() + "-rule", DataView.FINDINGS, rule.filters()));
    return Stream.of(shown, alerts, detections).flatMap(panels -> panels);
  }

  private static Panel counting(String id, DataView view, List<Filter> filters) {
    return Parts.number(id, id, "", view, filters, new Count("Documents"));
  }

  @ParameterizedTest
  @MethodSource("panels")
  void thePanelsSearchFindsWhatItIsThereToShowAndNothingElse(Panel panel) throws Exception {
    String path = "/" + panel.view().stream().in(NAMESPACE) + "/_search";
    ObjectNode query = PanelQuery.of(panel);
    ((ArrayNode) query.at("/query/bool/filter")).addObject().putObject("term").put(TAG, panel.id());

    JsonNode result = send("POST", path, query.toString());

    assertThat(result.at("/hits/total/value").asLong()).isEqualTo(1);
    if (panel instanceof Latest latest) {
      JsonNode shown = result.at("/hits/hits").findValue("fields");
      latest.fields().forEach(field -> assertThat(shown.has(field)).as(field).isTrue());
    } else {
      assertNumbers((Chart) panel, result.path("aggregations"));
    }
  }

  private static void assertNumbers(Chart chart, JsonNode aggregations) {
    JsonNode at = aggregations;
    for (int i = 0; i < chart.columns().size(); i++) {
      JsonNode column = at.path("c" + i);
      if (chart.columns().get(i).groups()) {
        JsonNode buckets = column.path("buckets");
        assertThat(buckets).as(chart.columns().get(i).label()).isNotEmpty();
        at = buckets.path(buckets.size() - 1);
      } else {
        assertThat(value(column).asDouble()).as(chart.columns().get(i).label()).isPositive();
      }
    }
  }

  private static JsonNode value(JsonNode column) {
    if (column.has("hits")) {
      return column.at("/hits/hits/0/fields").elements().next().path(0);
    }
    return column.has("values") ? column.path("values").elements().next() : column.path("value");
  }

  private JsonNode send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(elasticsearch().url() + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isLessThan(300);
    return Json.mapper().readTree(response.body());
  }
}
