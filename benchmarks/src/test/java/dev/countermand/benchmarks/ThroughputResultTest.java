package dev.countermand.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.benchmarks.ThroughputBench.Result;
import dev.countermand.model.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made of the rates that were measured. */
final class ThroughputResultTest {
  @Test
  void ofOneRoundThereIsNothingWarm() throws Exception {
    Result result = new Result(1_000, List.of(200.0), List.of(500.0), List.of(50.0), 400);

    JsonNode scoring = Json.mapper().readTree(result.toJson()).get(2);

    assertThat(scoring.path("job").asText()).isEqualTo("scoring");
    assertThat(scoring.path("records_per_s").asDouble()).isEqualTo(50);
    assertThat(scoring.path("of_the_copy").asDouble()).isEqualTo(0.25);
    assertThat(scoring.path("of_the_tuned_copy").asDouble()).isEqualTo(0.1);
    assertThat(scoring.path("warm_records_per_s").isNull()).isTrue();
    assertThat(scoring.path("warm_of_the_copy").isNull()).isTrue();
    assertThat(scoring.path("warm_of_the_tuned_copy").isNull()).isTrue();
    assertThat(scoring.path("by_round")).hasSize(1);
    assertThat(result.toText().lines().skip(3).findFirst())
        .hasValueSatisfying(
            row -> assertThat(row).matches("scoring +50 +0\\.250 +0\\.100 +- +- +- +50"));
  }

  @Test
  void ofMoreRoundsTheFirstIsOfANewProcessAndTheMedianOfTheOthersIsWarm() throws Exception {
    Result result =
        new Result(
            1_000,
            List.of(100.0, 900.0, 200.0, 400.0),
            List.of(200.0, 900.0, 500.0, 800.0),
            List.of(10.0, 300.0, 100.0, 50.0),
            7);

    JsonNode all = Json.mapper().readTree(result.toJson());

    assertThat(all.get(0).path("warm_records_per_s").asDouble()).isEqualTo(400);
    assertThat(all.get(0).path("warm_of_the_copy").asDouble()).isEqualTo(1);
    assertThat(all.get(1).path("job").asText()).isEqualTo("copy_tuned");
    assertThat(all.get(1).path("warm_of_the_copy").asDouble()).isEqualTo(2);
    assertThat(all.get(2).path("records_per_s").asDouble()).isEqualTo(10);
    assertThat(all.get(2).path("of_the_copy").asDouble()).isEqualTo(0.1);
    assertThat(all.get(2).path("of_the_tuned_copy").asDouble()).isEqualTo(0.05);
    assertThat(all.get(2).path("warm_records_per_s").asDouble()).isEqualTo(100);
    assertThat(all.get(2).path("warm_of_the_copy").asDouble()).isEqualTo(0.25);
    assertThat(all.get(2).path("warm_of_the_tuned_copy").asDouble()).isEqualTo(0.125);
    assertThat(all.get(2).path("by_round")).hasSize(4);
    assertThat(all.get(3).path("records_per_s").asDouble()).isEqualTo(7);
  }
}
