package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.dashboards.ServerFeatures.Lifecycle;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Templates for clusters that the registry has no server of: a double says what such a cluster has.
 * That it takes what it is sent is not shown here.
 */
class LifecycleTest {
  private static final Map<String, Duration> KEPT =
      Map.of("default", Duration.ofDays(90), "finding", Duration.ofHours(36));
  private static final String NAME = "logs-countermand.action-default";

  @Test
  void aServerThatHasEverythingGetsTheRichestTemplateWithItsRetention() throws IOException {
    try (FeatureDouble server = new FeatureDouble(ServerFeatures.FULL)) {
      install(server, DataStream.ACTION, KEPT);

      JsonNode template = server.put("/_index_template/countermand-action").path("template");
      assertThat(
              template.at("/mappings/properties/process/properties/command_line/type").textValue())
          .isEqualTo("wildcard");
      assertThat(template.at("/settings/index.mode").textValue()).isEqualTo("logsdb");
      assertThat(template.at("/settings/index.mapping.source.mode").textValue())
          .isEqualTo("stored");
      assertThat(template.path("lifecycle")).hasToString("{\"data_retention\":\"90d\"}");
      assertThat(template.at("/data_stream_options/failure_store/enabled").booleanValue())
          .isFalse();
      assertThat(server.put("/_data_stream/" + NAME + "/_lifecycle"))
          .as("the data stream that is there already")
          .hasToString("{\"data_retention\":\"90d\"}");
    }
  }

  @Test
  void aServerWithIndexLifecycleManagementGetsAPolicyFirst() throws IOException {
    ServerFeatures features = new ServerFeatures(true, true, false, false, Lifecycle.ILM);
    try (FeatureDouble server = new FeatureDouble(features)) {
      install(server, DataStream.FINDING, KEPT);

      JsonNode phases = server.put("/_ilm/policy/countermand-finding").at("/policy/phases");
      assertThat(phases.at("/delete/min_age").textValue()).isEqualTo("36h");
      assertThat(phases.at("/hot/actions").has("rollover")).isTrue();
      JsonNode template = server.put("/_index_template/countermand-finding").path("template");
      assertThat(template.at("/settings/index.lifecycle.name").textValue())
          .isEqualTo("countermand-finding");
      assertThat(template.has("lifecycle")).isFalse();
      assertThat(template.path("settings").has("index.mode")).isFalse();
      assertThat(server.paths())
          .containsSubsequence(
              "PUT /_ilm/policy/countermand-finding",
              "PUT /_index_template/countermand-finding",
              "PUT /logs-countermand.finding-default/_settings");
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutARetentionNothingIsDeletedAndNoDataStreamIsTouched(Lifecycle lifecycle)
      throws IOException {
    ServerFeatures features = new ServerFeatures(true, true, true, true, lifecycle);
    try (FeatureDouble server = new FeatureDouble(features)) {
      install(server, DataStream.ACTION, Map.of("finding", Duration.ofDays(7)));

      assertThat(server.bodies()).noneMatch(body -> body.contains("data_retention"));
      assertThat(server.bodies()).noneMatch(body -> body.contains("min_age"));
      assertThat(server.paths()).noneMatch(path -> path.contains(NAME) && path.startsWith("PUT"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAServerHasIsFoundAsItIs(Lifecycle lifecycle) throws IOException {
    for (int bits = 0; bits < 16; bits++) {
      ServerFeatures features =
          new ServerFeatures(
              (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0, lifecycle);
      try (FeatureDouble server = new FeatureDouble(features);
          ElasticsearchConnection connection = connect(server, Map.of())) {
        assertThat(new FeatureProbe(connection).ask()).isEqualTo(features);
        assertThat(server.paths()).allMatch(path -> !path.startsWith("PUT"));
      }
    }
  }

  @Test
  void aServerThatDoesNotLetItselfBeAskedIsNoPlainServer() throws IOException {
    try (FeatureDouble server = new FeatureDouble(ServerFeatures.FULL);
        ElasticsearchConnection connection = connect(server, Map.of())) {
      server.forbidTemplates();
      assertThatThrownBy(() -> new FeatureProbe(connection).ask())
          .isInstanceOf(CountermandException.class)
          .hasMessageContaining("manage_index_templates");
    }
  }

  @Test
  void theRetentionOfADataStreamThatThereIsNotStopsTheStart() {
    assertThatThrownBy(
            () -> Retention.of(config("http://127.0.0.1:1", Map.of("actoin", Duration.ofDays(9)))))
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("elasticsearch.retention")
        .hasMessageContaining("action");
  }

  private static void install(FeatureDouble server, DataStream stream, Map<String, Duration> kept) {
    Configuration.Elasticsearch config = config(server.url(), kept);
    try (ElasticsearchConnection connection = new ElasticsearchConnection(config)) {
      new TemplateInstaller(connection, new FeatureProbe(connection), Retention.of(config))
          .install(stream, config.namespace());
    }
  }

  private static ElasticsearchConnection connect(FeatureDouble server, Map<String, Duration> kept) {
    return new ElasticsearchConnection(config(server.url(), kept));
  }

  private static Configuration.Elasticsearch config(String url, Map<String, Duration> kept) {
    return new Configuration.Elasticsearch(URI.create(url), null, "default", kept);
  }
}
