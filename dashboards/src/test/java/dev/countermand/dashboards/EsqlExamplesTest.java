package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.ElasticsearchConnection.Reply;
import dev.countermand.model.Action;
import dev.countermand.model.Finding;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/kibana.md, run by a real ES|QL over what the sink has indexed. */
class EsqlExamplesTest {
  private static final Pattern ESQL = Pattern.compile("```esql\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyExampleRunsAndFindsWhatItIsForAndNothingElse() throws Exception {
    List<String> examples =
        ESQL.matcher(Files.readString(Path.of("..", "docs", "kibana.md")))
            .results()
            .map((MatchResult example) -> example.group(1))
            .toList();
    assertThat(examples).hasSize(3);
    try (SinkHarness harness = new SinkHarness(TestServers.kafka(), EsqlServer.url());
        ElasticsearchConnection connection = new ElasticsearchConnection(harness.elasticsearch)) {
      harness.produce(DataStream.FINDING, finding("found", "read-then-used"));
      harness.produce(DataStream.FINDING, finding("other", "failure-loop"));
      harness.produce(DataStream.ACTION, action("deletes", "delete", "production"));
      harness.produce(DataStream.ACTION, action("staging", "delete", "staging"));
      harness.produce(DataStream.ACTION, action("reads", "read", "production"));
      harness.produce(DataStream.OUTCOME, "order-1");
      harness.awaitCount(DataStream.FINDING, 2);
      harness.awaitCount(DataStream.ACTION, 3);
      harness.awaitCount(DataStream.OUTCOME, 1);

      JsonNode borrowed = rows(connection, examples.get(0));
      assertThat(borrowed).hasSize(1);
      assertThat(borrowed.get(0).get(0).asInt()).isEqualTo(1);
      assertThat(borrowed.get(0).toString()).contains("read-then-used");
      JsonNode deletes = rows(connection, examples.get(1));
      assertThat(deletes).hasSize(1);
      assertThat(deletes.get(0).get(0).asInt()).isEqualTo(1);
      JsonNode proofs = rows(connection, examples.get(2));
      assertThat(proofs).hasSize(1);
      assertThat(proofs.get(0).get(1).asInt()).as("its 300,000,000 ns in ms").isEqualTo(300);
    }
  }

  private static JsonNode rows(ElasticsearchConnection connection, String query) {
    JsonNode body = Json.mapper().createObjectNode().put("query", query);
    Reply reply = connection.call("POST", "/_query", body);
    assertThat(reply.status()).as("%s: %s", query, reply.body()).isEqualTo(200);
    return reply.body().path("values");
  }

  private static byte[] finding(String id, String rule) {
    ObjectNode tree = Finding.CODEC.toTree(Samples.finding(id));
    tree.withObjectProperty("rule").put("id", rule);
    return bytes(tree, id);
  }

  private static byte[] action(String id, String verb, String environment) {
    ObjectNode tree = Action.CODEC.toTree(Samples.action(id));
    ObjectNode effect =
        tree.withObjectProperty("countermand").putArray("effects").addObject().put("verb", verb);
    effect.putObject("resource").put("environment", environment);
    return bytes(tree, id);
  }

  private static byte[] bytes(ObjectNode tree, String id) {
    tree.withObjectProperty("event").put("id", id);
    return tree.toString().getBytes(StandardCharsets.UTF_8);
  }
}
