package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import org.junit.jupiter.api.Test;

/** On a real Kafka and a real Elasticsearch. */
final class BenchSinkTest {
  @Test
  void theSinkAndABareBulkAreMeasuredInTurns() throws Exception {
    Invocation bench =
        Invocation.of("", "bench", "sink", "--documents", "4000", "--rounds", "1", "--json");
    assertThat(bench.code()).as(bench.err()).isZero();
    JsonNode result = Json.mapper().readTree(bench.out());

    assertThat(result.path("documents").intValue()).isEqualTo(4_000);
    assertThat(result.path("bytes_per_document").intValue()).isGreaterThan(500);
    double sink = result.at("/sink_per_second/0").doubleValue();
    double bulk = result.at("/bulk_per_second/0").doubleValue();
    assertThat(sink).isPositive();
    assertThat(result.path("ratio").doubleValue()).isEqualTo(sink / bulk);
  }

  @Test
  void whatMeasuresNothingIsRefused() {
    assertThat(Invocation.of("", "bench", "sink", "--documents", "10").err())
        .contains("--documents must be");
    assertThat(Invocation.of("", "bench", "sink", "--rounds", "0").code()).isEqualTo(2);
  }
}
