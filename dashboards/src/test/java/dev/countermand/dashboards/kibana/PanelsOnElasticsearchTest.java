package dev.countermand.dashboards.kibana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexTemplate;
import dev.countermand.dashboards.IndexTemplate.Dialect;
import dev.countermand.dashboards.Samples;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.TestServers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * There is no Kibana to try the panels on: each one's search is run on the real Elasticsearch over
 * documents of the model under our own templates.
 */
class PanelsOnElasticsearchTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String NAMESPACE = "p" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  static void indexSamples() throws Exception {
    for (DataStream stream : DataStream.values()) {
      String template = IndexTemplate.of(stream, Dialect.CORE).toString();
      send("PUT", "/_index_template/panels-" + stream.dataset(), raisedPriority(template));
      String document = new String(Samples.document(stream, "id-1"), StandardCharsets.UTF_8);
      ObjectNode other = (ObjectNode) Json.mapper().readTree(document);
      String query = "/_create/%s?refresh=true&wait_for_active_shards=1";
      send("PUT", "/" + stream.in(NAMESPACE) + String.format(query, "1"), document);
      send("PUT", "/" + stream.in(NAMESPACE) + String.format(query, "2"), harmless(other));
    }
  }

  /** The sink of another test may put the same template; this one is for these documents only. */
  private static String raisedPriority(String template) throws Exception {
    ObjectNode node = (ObjectNode) Json.mapper().readTree(template);
    String pattern = node.path("index_patterns").path(0).textValue();
    node.putArray("index_patterns").add(pattern.replace("*", NAMESPACE));
    return node.put("priority", 900).toString();
  }

  private static String harmless(ObjectNode document) {
    document.put("@timestamp", Samples.NOON.minusSeconds(3_600).toString());
    ObjectNode own = document.withObjectProperty("countermand");
    own.remove("effects");
    own.remove("score");
    own.remove("finding");
    own.remove("outcome");
    return document.toString();
  }

  static Stream<Panel> panels() {
    return FleetAndContainment.dashboard().panels().stream().map(Placed::panel);
  }

  @ParameterizedTest
  @MethodSource("panels")
  void thePanelsSearchFindsWhatItIsThereToShow(Panel panel) throws Exception {
    String path = "/" + panel.view().stream().in(NAMESPACE) + "/_search";

    JsonNode result = send("POST", path, PanelQuery.of(panel).toString());

    long expected = panel.filters().isEmpty() ? 2 : 1;
    assertThat(result.at("/hits/total/value").asLong()).isEqualTo(expected);
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
        JsonNode value =
            column.has("values") ? column.path("values").elements().next() : column.path("value");
        assertThat(value.asDouble()).as(chart.columns().get(i).label()).isPositive();
      }
    }
  }

  private static JsonNode send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(TestServers.elasticsearch().url() + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isLessThan(300);
    return Json.mapper().readTree(response.body());
  }
}
