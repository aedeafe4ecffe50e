package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.testkit.ElasticsearchBackend;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What installing a template does, on a real Elasticsearch. */
abstract class TemplateInstallerContract {
  private static final DataStream STREAM = DataStream.FINDING;
  private static final String TEMPLATE = "/_index_template/" + STREAM.template();

  private final String namespace = "i" + UUID.randomUUID().toString().substring(0, 8);
  private ElasticsearchConnection elasticsearch;
  private TemplateInstaller installer;

  abstract ElasticsearchBackend elasticsearch();

  @BeforeEach
  void connect() {
    Configuration.Elasticsearch config =
        new Configuration.Elasticsearch(
            URI.create(elasticsearch().url()),
            null,
            namespace,
            Map.of("default", Duration.ofDays(90)));
    elasticsearch = new ElasticsearchConnection(config);
    installer =
        new TemplateInstaller(elasticsearch, new FeatureProbe(elasticsearch), Retention.of(config));
  }

  @AfterEach
  void putOursBack() {
    put(IndexTemplate.of(STREAM, ServerFeatures.CORE, Optional.empty()));
    elasticsearch.close();
  }

  @Test
  void installingTwiceIsInstallingOnce() {
    installer.install(STREAM, namespace);
    JsonNode once = installed();
    installer.install(STREAM, namespace);
    assertThat(installed()).isEqualTo(once);
    assertThat(once.path("version").intValue()).isEqualTo(IndexTemplate.VERSION);
  }

  @Test
  void aTemplateOfANewerVersionIsLeftAsItIs() {
    put(
        IndexTemplate.of(STREAM, ServerFeatures.CORE, Optional.empty())
            .put("version", IndexTemplate.VERSION + 1));
    installer.install(STREAM, namespace);
    assertThat(installed().path("version").intValue()).isEqualTo(IndexTemplate.VERSION + 1);
  }

  @Test
  void aDataStreamOfAnOlderVersionGetsTheNewFields() {
    ObjectNode older =
        IndexTemplate.of(STREAM, ServerFeatures.CORE, Optional.empty())
            .put("version", IndexTemplate.VERSION - 1);
    ((ObjectNode) older.at("/template/mappings/properties")).remove("rule");
    put(older);
    ObjectNode document = Json.mapper().createObjectNode().put("@timestamp", "2026-11-20");
    String name = STREAM.in(namespace);
    assertThat(elasticsearch.call("PUT", "/" + name + "/_create/1", document).status())
        .isEqualTo(201);
    assertThat(typeOfRuleId(name)).isEmpty();

    installer.install(STREAM, namespace);

    assertThat(typeOfRuleId(name)).isEqualTo("keyword");
  }

  private String typeOfRuleId(String name) {
    JsonNode mapping = elasticsearch.call("GET", "/" + name + "/_mapping", null).body();
    return mapping.elements().next().at("/mappings/properties/rule/properties/id/type").asText();
  }

  private void put(ObjectNode template) {
    assertThat(elasticsearch.call("PUT", TEMPLATE, template).isSuccess()).isTrue();
  }

  private JsonNode installed() {
    return elasticsearch.call("GET", TEMPLATE, null).body().at("/index_templates/0/index_template");
  }
}
