package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.Roles;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.streams.RiskJob;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From findings on a real Kafka to tables of risks and incidents. */
final class RiskCommandTest {
  @TempDir private Path directory;

  @Test
  void risksAndIncidentsAreListedAndShown() throws IOException {
    CommandsOnKafka commands =
        new CommandsOnKafka(directory, "risk", "risk: {contain-at: 98}\n").withTopics();
    Topics topics = commands.topics();
    Configuration read = ConfigurationLoader.load(commands.config());
    Roles roles =
        new Roles(
            read, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), InstantSource.system());

    try (RiskJob job = roles.risk().awaitRunning(Duration.ofSeconds(60));
        KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      probe.produce(topics.findings(), "billing-coder", finding("a", "credential-scope"));
      probe.produce(topics.findings(), "billing-coder", finding("b", "destructive"));
      probe.awaitAtLeast(topics.containmentOrders(), 1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> commands.call("incident", "list", "--json").out().contains("destructive"));
    }
    JsonNode incident = Json.mapper().readTree(commands.call("incident", "list", "--json").out());
    String id = incident.at("/countermand/incident/id").asText();
    Invocation risks = commands.call("risk", "list");
    Invocation risk = commands.call("risk", "show", "agent:billing-coder");
    Invocation json = commands.call("risk", "show", "agent:billing-coder", "--json");
    Invocation shown = commands.call("incident", "show", id);

    assertThat(incident.at("/countermand/incident/counts/alerts").asInt()).isEqualTo(2);
    assertThat(risks.out()).contains("agent:billing-coder", "session:billing-coder|");
    assertThat(risk.out()).contains("contain", "credential-scope, destructive", "0.970");
    assertThat(Json.mapper().readTree(json.out()).at("/event/risk_score").asDouble())
        .isBetween(99.0, 100.0);
    assertThat(shown.out()).contains("TITLE", incident.at("/countermand/incident/title").asText());
    assertThat(shown.out()).contains("open", "critical", "credential-scope", "finding", "gravest");
    assertThat(commands.call("risk", "show", "agent:x").err()).contains("RISK_UNKNOWN");
    assertThat(commands.call("incident", "show", "x").err()).contains("INCIDENT_UNKNOWN");
  }

  /** The example of a finding, now and of another rule. */
  private static String finding(String action, String rule) throws IOException {
    try (InputStream in =
        Finding.class.getResourceAsStream("/dev/countermand/examples/finding-1.json")) {
      ObjectNode finding = (ObjectNode) Json.mapper().readTree(in);
      finding.put("@timestamp", Instant.now().toString());
      finding.withObjectProperty("event").put("id", action + ":" + rule);
      finding.withObjectProperty("rule").put("id", rule);
      return finding.toString();
    }
  }
}
