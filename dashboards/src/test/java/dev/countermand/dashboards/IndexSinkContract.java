package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.ServerFeatures.Lifecycle;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.DeadLetters;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.KafkaBackend;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sink promises, between a real Kafka and a real Elasticsearch. */
abstract class IndexSinkContract {
  /** Of 8.19 and of 9.5: no modules, but the index modes are in the core. */
  static final ServerFeatures MINIMAL_BUILD =
      new ServerFeatures(false, false, true, true, Lifecycle.NONE);

  private SinkHarness harness;

  abstract KafkaBackend kafka();

  abstract ElasticsearchBackend elasticsearch();

  /** What the server has. */
  abstract ServerFeatures features();

  @BeforeEach
  void start() {
    harness = new SinkHarness(kafka(), elasticsearch().url());
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  @Test
  void aDocumentOfEachTopicArrivesInItsDataStreamAsItIsOnTheTopicWithItsPlaceThere()
      throws Exception {
    for (DataStream stream : DataStream.values()) {
      harness.produce(stream, "id-1");
    }
    for (DataStream stream : DataStream.values()) {
      harness.awaitCount(stream, 1);
      try (var sources = harness.reader.sources(harness.name(stream))) {
        ObjectNode source = (ObjectNode) Json.mapper().readTree(sources.findFirst().orElseThrow());
        Origin place = Origin.of(source).orElseThrow();
        byte[] record = harness.record(place);
        assertThat(record).isEqualTo(Samples.document(stream, "id-1"));
        ((ObjectNode) source.path("countermand")).remove("kafka");
        assertThat(source).isEqualTo(Json.mapper().readTree(record));
      }
    }
    JsonNode resolved = get("/_resolve/index/logs-countermand.*-" + namespace());
    assertThat(resolved.path("data_streams")).hasSize(DataStream.values().length);
    assertThat(resolved.path("indices").findValues("data_stream"))
        .as("a plain index has no data_stream")
        .hasSameSizeAs(resolved.path("indices"));
  }

  @Test
  void whatTheServerHasIsFoundByAskingItAndItsDataStreamsAreMadeOfIt() {
    try (ElasticsearchConnection connection = new ElasticsearchConnection(harness.elasticsearch)) {
      assertThat(new FeatureProbe(connection).ask()).isEqualTo(features());
    }
    harness.produce(DataStream.ACTION, "id-1");
    harness.awaitCount(DataStream.ACTION, 1);
    JsonNode settings = get("/" + harness.name(DataStream.ACTION) + "/_settings?flat_settings");
    JsonNode index = settings.elements().next().path("settings");
    assertThat(index.path("index.mode").asText()).isEqualTo("logsdb");
    assertThat(index.path("index.mapping.source.mode").asText()).isEqualTo("stored");
  }

  @Test
  void theMappingOnTheServerHasEveryFieldOfTheModel() {
    for (DataStream stream : DataStream.values()) {
      harness.produce(stream, "id-1");
      harness.awaitCount(stream, 1);
      JsonNode mapping = get("/" + harness.name(stream) + "/_mapping").elements().next();
      for (String path : stream.fields().keySet()) {
        String pointer = "/mappings/properties/" + path.replace(".", "/properties/") + "/type";
        assertThat(mapping.at(pointer).asText())
            .as(path)
            .isEqualTo(IndexTemplate.typeOf(stream, features(), path));
      }
    }
  }

  @Test
  void whatTheSequenceDetectorTellsOfIsIndexedWithEveryFieldMappedAndFoundByItsFields()
      throws Exception {
    for (Finding finding : SequenceFindings.refusedThenBorrowed()) {
      harness.produce(DataStream.FINDING, Finding.CODEC.encode(finding));
    }

    harness.awaitCount(DataStream.FINDING, 2);
    JsonNode mapping = get("/" + harness.name(DataStream.FINDING) + "/_mapping");
    try (var sources = harness.reader.sources(harness.name(DataStream.FINDING))) {
      for (String source : sources.toList()) {
        assertThat(SequenceFindings.leaves(Json.mapper().readTree(source)))
            .contains("rule.id", "countermand.finding.related_actions")
            .allSatisfy(
                path ->
                    assertThat(
                            mapping
                                .elements()
                                .next()
                                .at("/mappings/properties/" + path.replace(".", "/properties/"))
                                .path("type")
                                .asText())
                        .as(path)
                        .isNotEmpty());
      }
    }
    for (String query :
        List.of(
            "rule.id:refused-then-borrowed",
            "countermand.finding.related_actions:refused-0",
            "countermand.finding.credentials:" + Samples.FINGERPRINT,
            "threat.technique.id:T1078",
            "message:credential")) {
      JsonNode found = get("/" + harness.name(DataStream.FINDING) + "/_search?q=" + query);
      assertThat(found.at("/hits/total/value").asInt()).as(query).isEqualTo(2);
    }
    assertThat(harness.documents(DataStream.FINDING, "rejected")).isZero();
    assertThat(harness.probe.readAll(harness.kafka.topics().deadLetters())).isEmpty();
  }

  @Test
  void readingTheTopicsAgainFromTheStartMakesNoDuplicates() throws Exception {
    for (int i = 0; i < 50; i++) {
      harness.produce(DataStream.ACTION, "id-" + i);
      harness.produce(DataStream.ACTION, "id-" + i);
    }
    harness.awaitCount(DataStream.ACTION, 50);
    SinkHarness.await().until(() -> harness.documents(DataStream.ACTION, "duplicate") == 50);

    harness.stopSink();
    harness.forgetOffsets();
    harness.startSink();

    SinkHarness.await().until(() -> harness.documents(DataStream.ACTION, "duplicate") == 100);
    assertThat(harness.documents(DataStream.ACTION, "stored")).isZero();
    assertThat(harness.count(DataStream.ACTION)).isEqualTo(50);
  }

  @Test
  void ofARecordThatIsOnItsTopicTwiceTheFirstPlaceStandsAndAForgedOneNever() throws Exception {
    harness.produce(DataStream.ACTION, "other");
    ObjectNode forged =
        (ObjectNode) Json.mapper().readTree(Samples.document(DataStream.ACTION, "id-1"));
    forged
        .withObjectProperty("countermand")
        .set("kafka", new Origin("countermand.tasks", 9, 999).json());
    forged.put("countermand.kafka.offset", 998);
    harness.produceText(DataStream.ACTION, forged.toString());
    harness.produce(DataStream.ACTION, "id-1");

    harness.awaitCount(DataStream.ACTION, 2);
    SinkHarness.await().until(() -> harness.documents(DataStream.ACTION, "duplicate") == 1);
    JsonNode found =
        get("/" + harness.name(DataStream.ACTION) + "/_search?q=countermand.kafka.offset:1");
    assertThat(found.at("/hits/total/value").asInt()).isEqualTo(1);
    JsonNode hit = found.at("/hits/hits/0");
    assertThat(hit.path("_id").asText()).isEqualTo("id-1");
    Origin place = Origin.of(hit.path("_source")).orElseThrow();
    assertThat(place.topic()).isEqualTo(harness.kafka.topics().scoredActions());
    assertThat(new String(harness.record(place), StandardCharsets.UTF_8))
        .isEqualTo(forged.toString());
    for (int offset : List.of(998, 999)) {
      assertThat(
              get("/"
                      + harness.name(DataStream.ACTION)
                      + "/_search?q=countermand.kafka.offset:"
                      + offset)
                  .at("/hits/total/value")
                  .asInt())
          .isZero();
    }
  }

  @Test
  void aSinkThatStartsAgainGoesOnWhereItCommitted() {
    harness.produce(DataStream.ACTION, "id-1");
    harness.awaitCount(DataStream.ACTION, 1);
    harness.stopSink();
    harness.produce(DataStream.ACTION, "id-2");
    harness.startSink();

    harness.awaitCount(DataStream.ACTION, 2);
    assertThat(harness.documents(DataStream.ACTION, "duplicate")).isZero();
  }

  @Test
  void aDocumentElasticsearchRejectsBecomesADeadLetterAndTheRestGoesOn() {
    byte[] rejected = unmappable("rejected");
    harness.produce(DataStream.OUTCOME, "before");
    harness.produce(DataStream.OUTCOME, rejected);
    harness.produce(DataStream.OUTCOME, "after");

    harness.awaitCount(DataStream.OUTCOME, 2);
    List<DeadLetter> letters = harness.awaitDeadLetters(1);
    assertThat(letters).hasSize(1);
    DeadLetter letter = letters.get(0);
    assertThat(letter.stage()).isEqualTo("index");
    assertThat(letter.code()).isEqualTo("INDEX_DOCUMENT_REJECTED");
    assertThat(letter.reason()).contains("event.duration").doesNotContain("hush");
    assertThat(letter.topic()).isEqualTo(harness.kafka.topics().containmentOutcomes());
    assertThat(letter.sha256()).isEqualTo(DeadLetters.sha256(rejected));
    assertThat(letter.time()).isEqualTo(Samples.NOON);
    assertThat(harness.documents(DataStream.OUTCOME, "rejected")).isEqualTo(1);
  }

  @Test
  void recordsThatAreNoDocumentsBecomeDeadLettersAndTheRestGoesOn() {
    String smuggled = "{\"event\":{\"id\":\"a\"}}\n{\"delete\":{\"_id\":\"b\"}}";
    for (String text : List.of("no json", "{\"event\":{}}", smuggled, "")) {
      harness.produceText(DataStream.FINDING, text);
    }
    harness.produce(DataStream.FINDING, (byte[]) null);
    harness.produce(DataStream.FINDING, "good");

    harness.awaitCount(DataStream.FINDING, 1);
    assertThat(harness.awaitDeadLetters(5))
        .hasSize(5)
        .allSatisfy(l -> assertThat(l.code()).isEqualTo("INDEX_DOCUMENT_UNREADABLE"));
  }

  @Test
  void whatAnAgentCanPutIntoAToolCallDoesNotKeepItOutOfTheIndex() {
    ObjectNode input = Json.mapper().createObjectNode();
    ObjectNode deep = input;
    for (int i = 0; i < Json.MAX_DEPTH - 10; i++) {
      deep = deep.putObject("d");
    }
    input.put("long", "ü".repeat(100_000)).put("", "empty key").put("a.b", "dotted key");
    input.put("k".repeat(8_000), "長".repeat(8_191));
    for (int i = 0; i < 3_000; i++) {
      input.put("key" + i, i);
    }
    harness.produce(DataStream.ACTION, withInput("id-1", input, "rm ".repeat(200_000)));

    harness.awaitCount(DataStream.ACTION, 1);
  }

  @Test
  void fieldsOfANewerSchemaAreKeptAndNotMapped() throws Exception {
    ObjectNode newer =
        (ObjectNode) Json.mapper().readTree(Samples.document(DataStream.ACTION, "1"));
    newer.putObject("countermand_next").put("field", "value");
    harness.produceText(DataStream.ACTION, newer.toString());

    harness.awaitCount(DataStream.ACTION, 1);
    try (var sources = harness.reader.sources(harness.name(DataStream.ACTION))) {
      assertThat(sources.findFirst().orElseThrow()).contains("countermand_next");
    }
    assertThat(get("/" + harness.name(DataStream.ACTION) + "/_mapping").toString())
        .doesNotContain("countermand_next");
  }

  @Test
  void moreDocumentsThanOneBulkAndOnePageHoldAllArrive() {
    for (int i = 0; i < 1_500; i++) {
      harness.produce(DataStream.FINDING, "id-" + i);
    }
    harness.awaitCount(DataStream.FINDING, 1_500);
    try (var sources = harness.reader.sources(harness.name(DataStream.FINDING))) {
      assertThat(sources.collect(Collectors.toSet())).hasSize(1_500);
    }
  }

  @Test
  void aDataStreamThatDoesNotExistCountsZeroAndHasNoDocuments() {
    assertThat(harness.reader.count("logs-countermand.action-none")).isZero();
    try (var sources = harness.reader.sources("logs-countermand.action-none")) {
      assertThat(sources).isEmpty();
    }
  }

  @Test
  void aNamespaceThatCannotNameADataStreamStopsTheStart() {
    for (String namespace : List.of("", "Prod", "a-b", "a b", "a/b", "*", "x".repeat(101))) {
      assertThatThrownBy(
              () ->
                  IndexSink.start(
                      new KafkaSettings("127.0.0.1:1", new Topics("x"), Map.of()),
                      new Configuration.Elasticsearch(
                          URI.create("http://127.0.0.1:1"), null, namespace, Map.of()),
                      new SimpleMeterRegistry(),
                      InstantSource.system()))
          .isInstanceOf(CountermandException.class)
          .hasMessageContaining("elasticsearch.namespace");
    }
  }

  private static byte[] unmappable(String id) {
    ObjectNode tree = ContainmentOutcome.CODEC.toTree(Samples.outcome(id));
    tree.withObjectProperty("event").put("duration", "hush");
    return tree.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] withInput(String id, ObjectNode input, String command) {
    ObjectNode tree = Action.CODEC.toTree(Samples.action(id));
    tree.withObjectProperty("process").put("command_line", command);
    tree.withObjectProperty("gen_ai")
        .withObjectProperty("tool")
        .withObjectProperty("call")
        .set("arguments", input);
    return tree.toString().getBytes(StandardCharsets.UTF_8);
  }

  private String namespace() {
    return harness.elasticsearch.namespace();
  }

  private JsonNode get(String path) {
    try (ElasticsearchConnection connection = new ElasticsearchConnection(harness.elasticsearch)) {
      return connection.call("GET", path, null).body();
    }
  }
}
