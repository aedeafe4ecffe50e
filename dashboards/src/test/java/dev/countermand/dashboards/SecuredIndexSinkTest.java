package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.SecuredElasticsearch;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The privileges that the documentation names, on a real Elasticsearch with security. */
class SecuredIndexSinkTest {
  private static final List<String> TEMPLATES = List.of("manage_index_templates");
  private static final List<String> INDEXES = List.of("auto_configure", "create_doc");
  private static final List<String> READS = List.of("read");
  private static final JsonNode NOTHING = MissingNode.getInstance();

  @TempDir private Path directory;
  private SecuredElasticsearch server;
  private SecuredElasticsearch.ApiKey sink;
  private SinkHarness harness;

  @BeforeEach
  void aSinkWithTheLeastPrivileges() throws IOException {
    server = TestServers.securedElasticsearch();
    sink = key(TEMPLATES, INDEXES);
    harness = harness(sink);
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  @Test
  void theSinksPrivilegesAreEnoughForEveryTopicAndToFindOutWhatTheServerHas() {
    for (DataStream stream : DataStream.values()) {
      harness.produce(stream, "id-1");
    }
    for (DataStream stream : DataStream.values()) {
      awaitIndexed(harness.name(stream), 1);
    }
    try (ElasticsearchConnection connection = new ElasticsearchConnection(harness.elasticsearch)) {
      assertThat(new FeatureProbe(connection).ask()).isEqualTo(IndexSinkContract.MINIMAL_BUILD);
    }
    assertThat(harness.probe.readAll(harness.kafka.topics().deadLetters())).isEmpty();
  }

  @Test
  void theSinksKeyCanNeitherReadNorChangeNorDeleteWhatItIndexed() {
    String stream = harness.name(DataStream.ACTION);
    harness.produce(DataStream.ACTION, "id-1");
    awaitIndexed(stream, 1);
    JsonNode all = Json.mapper().createObjectNode();
    assertThat(status("GET", "/" + stream + "/_search", NOTHING)).isEqualTo(403);
    assertThat(status("DELETE", "/" + backing(stream) + "/_doc/id-1", NOTHING)).isEqualTo(403);
    String overwrite = "/_doc/id-1?if_seq_no=0&if_primary_term=1";
    assertThat(status("PUT", "/" + backing(stream) + overwrite, all)).isEqualTo(403);
    assertThat(status("DELETE", "/" + backing(stream), NOTHING)).isEqualTo(403);
    assertThat(status("POST", "/elsewhere/_doc", all)).isEqualTo(403);
    assertThatThrownBy(() -> harness.reader.count(stream))
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("403")
        .hasMessageNotContaining(sink.encoded());
  }

  @Test
  void whoOnlyReadsCanReadAndSearchAndNothingElse() throws IOException {
    String stream = harness.name(DataStream.FINDING);
    harness.produce(DataStream.FINDING, "id-1");
    awaitIndexed(stream, 1);
    SecuredElasticsearch.ApiKey key = key(List.of(), READS);
    try (IndexReader reader = new IndexReader(configured(key))) {
      assertThat(reader.count(stream)).isEqualTo(1);
      try (var sources = reader.sources(stream)) {
        assertThat(sources).hasSize(1);
      }
      ObjectNode query = Json.mapper().createObjectNode().put("size", 10);
      JsonNode found = reader.search(List.of(DataStream.FINDING, DataStream.RISK), query);
      assertThat(found.at("/hits/hits")).as("one of them is not there yet").hasSize(1);
      assertThat(reader.count("logs-countermand.action-none")).isZero();
    }
    JsonNode document = Json.mapper().createObjectNode().put("@timestamp", "2026-11-20T12:00:00Z");
    assertThat(server.status(key.authorization(), "POST", "/" + stream + "/_doc", document))
        .isEqualTo(403);
  }

  @Test
  void aSinkThatMayNotPutTemplatesIndexesNothingIntoGuessedTypesAndWaits() throws IOException {
    try (SinkHarness weak = harness(key(List.of(), INDEXES))) {
      weak.produce(DataStream.ACTION, "id-1");
      SinkHarness.await().until(() -> weak.waiting(DataStream.ACTION) == 1);
      assertThat(
              server
                  .ok("GET", "/_resolve/index/*" + weak.elasticsearch.namespace(), NOTHING)
                  .findValues("name"))
          .isEmpty();
      assertThat(weak.probe.readAll(weak.kafka.topics().deadLetters())).isEmpty();
    }
  }

  private SecuredElasticsearch.ApiKey key(List<String> cluster, List<String> privileges) {
    ObjectNode role = Json.mapper().createObjectNode();
    role.set("cluster", Json.mapper().valueToTree(cluster));
    ObjectNode indices = role.putArray("indices").addObject();
    indices.putArray("names").add("logs-countermand.*");
    indices.set("privileges", Json.mapper().valueToTree(privileges));
    return server.key(KafkaProbe.uniqueName("key"), role);
  }

  private SinkHarness harness(SecuredElasticsearch.ApiKey key) throws IOException {
    return new SinkHarness(TestServers.kafka(), server.url(), file(key));
  }

  private Configuration.Elasticsearch configured(SecuredElasticsearch.ApiKey key)
      throws IOException {
    return new Configuration.Elasticsearch(
        harness.elasticsearch.url(), file(key), harness.elasticsearch.namespace(), Map.of());
  }

  private SecretRef file(SecuredElasticsearch.ApiKey key) throws IOException {
    return new SecretRef(Files.writeString(directory.resolve(key.id()), key.encoded()), null);
  }

  private int status(String method, String path, JsonNode body) {
    return server.status(sink.authorization(), method, path, body);
  }

  private String backing(String stream) {
    return server
        .ok("GET", "/_resolve/index/" + stream, NOTHING)
        .at("/data_streams/0/backing_indices/0")
        .asText();
  }

  private void awaitIndexed(String stream, int count) {
    String path = "/" + stream + "/_count?ignore_unavailable=true";
    // A new index answers 503 until its shard is up.
    SinkHarness.await()
        .ignoreExceptionsInstanceOf(IllegalStateException.class)
        .until(() -> server.ok("GET", path, NOTHING).path("count").asInt() == count);
  }
}
