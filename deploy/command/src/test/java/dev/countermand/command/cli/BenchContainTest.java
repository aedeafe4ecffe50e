package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL and two real Kafkas; Keycloak is not on the class path of these tests. */
final class BenchContainTest {
  @Test
  void everyProviderThatIsThereIsMeasuredAndNothingIsLeftBehind() throws IOException {
    Invocation bench = Invocation.of("", "bench", "contain", "--orders", "2", "--json");
    assertThat(bench.code()).as(bench.err()).isZero();
    JsonNode result = Json.mapper().readTree(bench.out());

    assertThat(values(result.path("providers"), "provider")).containsExactly("postgresql", "kafka");
    for (JsonNode row : result.path("providers")) {
      assertThat(row.path("orders").intValue()).isEqualTo(2);
      for (String percentile : List.of("p50", "p95")) {
        double accepted = millis(row, "accepted_" + percentile);
        assertThat(accepted).isPositive();
        assertThat(millis(row, "verified_" + percentile)).isGreaterThan(accepted);
        assertThat(millis(row, "kill_switch_" + percentile)).isBetween(0.1, accepted);
      }
      assertThat(row.path("met").booleanValue())
          .isEqualTo(millis(row, "verified_p95") <= row.path("goal_verified_p95_ms").intValue());
    }
    assertThat(values(result.path("left_out"), "provider")).containsExactly("keycloak", "oauth2");

    for (String cause : List.of("kill_switch", "kill_switch_from_action")) {
      JsonNode killSwitch = result.path(cause);
      assertThat(killSwitch.path("agents").intValue()).as(cause).isEqualTo(8);
      assertThat(killSwitch.path("p50_ms").doubleValue()).as(cause).isPositive();
      assertThat(killSwitch.path("p99_ms").doubleValue())
          .isGreaterThanOrEqualTo(killSwitch.path("p50_ms").doubleValue());
      assertThat(killSwitch.path("met").booleanValue())
          .isEqualTo(killSwitch.path("p99_ms").doubleValue() <= 50);
    }

    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void aNumberOfOrdersThatMeasuresNothingIsRefused() {
    Invocation bench = Invocation.of("", "bench", "contain", "--orders", "0");
    assertThat(bench.code()).isNotZero();
    assertThat(bench.err()).contains("--orders must be 1 to 1000");
  }

  private static double millis(JsonNode row, String name) {
    assertThat(row.has(name + "_ms")).as(name).isTrue();
    return row.path(name + "_ms").doubleValue();
  }

  private static List<String> values(JsonNode rows, String field) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.path(field).textValue())
        .toList();
  }

  private static List<Path> leftBehind() throws IOException {
    String name = "countermand-bench-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> all = Files.list(Path.of("/tmp"))) {
      return all.filter(path -> path.getFileName().toString().startsWith(name)).toList();
    }
  }
}
