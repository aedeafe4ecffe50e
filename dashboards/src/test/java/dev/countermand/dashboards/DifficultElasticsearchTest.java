package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.dashboards.ScriptedElasticsearch.Script;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.testkit.TestServers;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that a real Elasticsearch gives only when it is in trouble. */
class DifficultElasticsearchTest {

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 429, 500, 503})
  void aBulkThatIsTurnedAwayIsSentAgain(int status) throws Exception {
    run(
        (number, ids) -> number < 3 ? new Script(status, List.of()) : all(201, ids),
        (elasticsearch, harness) -> {
          harness.produce(DataStream.FINDING, "id-1");
          awaitStored(harness, 1);
          assertThat(elasticsearch.bulks).hasSize(3);
          assertThat(harness.probe.readAll(harness.kafka.topics().deadLetters())).isEmpty();
        });
  }

  @Test
  void onlyTheDocumentsThatWereTurnedAwayAreSentAgain() throws Exception {
    Set<String> turnedAway = ConcurrentHashMap.newKeySet();
    run(
        (number, ids) ->
            new Script(
                200,
                ids.stream()
                    .map(id -> id.startsWith("slow") && turnedAway.add(id) ? 429 : 201)
                    .toList()),
        (elasticsearch, harness) -> {
          for (String id : List.of("a", "slow-1", "b", "slow-2")) {
            harness.produce(DataStream.FINDING, id);
          }
          awaitStored(harness, 4);
          List<String> sent = elasticsearch.bulks.stream().flatMap(List::stream).toList();
          assertThat(Collections.frequency(sent, "a:destructive-effect")).isEqualTo(1);
          assertThat(Collections.frequency(sent, "b:destructive-effect")).isEqualTo(1);
          assertThat(Collections.frequency(sent, "slow-1:destructive-effect")).isEqualTo(2);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413})
  void oneDocumentThatSpoilsItsBulkIsFoundAndOnlyItBecomesADeadLetter(int status) throws Exception {
    AtomicBoolean open = new AtomicBoolean();
    run(
        (number, ids) -> {
          if (!open.get()) {
            return new Script(503, List.of());
          }
          return ids.contains("bad:destructive-effect")
              ? new Script(status, List.of())
              : all(201, ids);
        },
        (elasticsearch, harness) -> {
          // While the first waits, the others gather to a batch of their own.
          harness.produce(DataStream.FINDING, "first");
          SinkHarness.await().until(() -> !elasticsearch.bulks.isEmpty());
          for (String id : List.of("a", "bad", "b")) {
            harness.produce(DataStream.FINDING, id);
          }
          open.set(true);
          awaitStored(harness, 3);
          assertThat(harness.awaitDeadLetters(1)).hasSize(1);
          assertThat(elasticsearch.bulks)
              .anyMatch(ids -> ids.size() > 1 && ids.contains("bad:destructive-effect"))
              .contains(List.of("bad:destructive-effect"));
        });
  }

  @Test
  void aStreamThatIsStuckDoesNotHoldUpTheOthers() throws Exception {
    run(
        (number, ids) -> ids.get(0).startsWith("stuck") ? all(503, ids) : all(201, ids),
        (elasticsearch, harness) -> {
          harness.produce(DataStream.OUTCOME, "stuck");
          SinkHarness.await().until(() -> harness.waiting(DataStream.OUTCOME) == 1);
          harness.produce(DataStream.FINDING, "id-1");
          awaitStored(harness, 1);
          assertThat(harness.waiting(DataStream.FINDING)).isZero();
          assertThat(harness.waiting(DataStream.OUTCOME)).isEqualTo(1);
        });
  }

  @Test
  void offsetsAreCommittedOnlyAfterTheDocumentsAreStored() throws Exception {
    AtomicBoolean open = new AtomicBoolean();
    run(
        (number, ids) -> open.get() ? all(201, ids) : all(503, ids),
        (elasticsearch, harness) -> {
          harness.produce(DataStream.FINDING, "id-1");
          SinkHarness.await().until(() -> elasticsearch.bulks.size() >= 2);
          harness.stopSink();
          open.set(true);
          harness.startSink();
          awaitStored(harness, 1);
        });
  }

  @Test
  void aSinkThatStartsBeforeElasticsearchWaitsForIt() throws Exception {
    ScriptedElasticsearch closed = new ScriptedElasticsearch((number, ids) -> all(201, ids));
    closed.close();
    try (SinkHarness harness = new SinkHarness(TestServers.kafka(), closed.url())) {
      harness.produce(DataStream.FINDING, "id-1");
      SinkHarness.await().until(() -> harness.waiting(DataStream.FINDING) == 1);
      try (ScriptedElasticsearch elasticsearch =
          new ScriptedElasticsearch(closed.port(), (number, ids) -> all(201, ids))) {
        awaitStored(harness, 1);
        assertThat(harness.waiting(DataStream.FINDING)).isZero();
        assertThat(elasticsearch.authorizations).isEmpty();
      }
    }
  }

  @Test
  void theApiKeyIsSent(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("key"), "a2V5" + "OmlkCg==\n");
    try (ScriptedElasticsearch elasticsearch =
        new ScriptedElasticsearch((number, ids) -> all(201, ids))) {
      Configuration.Elasticsearch config =
          new Configuration.Elasticsearch(
              URI.create(elasticsearch.url()), new SecretRef(file, null), "default", Map.of());
      try (ElasticsearchConnection connection = new ElasticsearchConnection(config)) {
        connection.call("GET", "/", null);
        assertThat(elasticsearch.authorizations).containsExactly("ApiKey a2V5" + "OmlkCg==");
        assertThat(connection.place()).isEqualTo(elasticsearch.url());
      }
    }
  }

  private interface Steps {
    void take(ScriptedElasticsearch elasticsearch, SinkHarness harness) throws Exception;
  }

  private static void run(BiFunction<Integer, List<String>, Script> script, Steps steps)
      throws Exception {
    try (ScriptedElasticsearch elasticsearch = new ScriptedElasticsearch(script);
        SinkHarness harness = new SinkHarness(TestServers.kafka(), elasticsearch.url())) {
      steps.take(elasticsearch, harness);
    }
  }

  private static Script all(int status, List<String> ids) {
    return new Script(200, ids.stream().map(id -> status).toList());
  }

  private static void awaitStored(SinkHarness harness, int count) {
    SinkHarness.await().until(() -> harness.documents(DataStream.FINDING, "stored") == count);
  }
}
