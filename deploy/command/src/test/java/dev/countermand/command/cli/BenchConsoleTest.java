package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.command.bench.ConsoleResult;
import dev.countermand.model.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the bench of the console takes and prints; it is run by hand. */
final class BenchConsoleTest {
  private static ConsoleResult result() {
    Map<String, Percentiles> pages = new LinkedHashMap<>();
    pages.put("overview", of(20));
    pages.put("agents", of(700));
    return new ConsoleResult(20_000, Duration.ofSeconds(9), pages, of(1_900));
  }

  private static Percentiles of(int millis) {
    return new Percentiles(new long[] {Duration.ofMillis(millis).toNanos()});
  }

  @Test
  void eachPageIsComparedWithItsGoal() throws Exception {
    assertThat(result().toText().lines().skip(2))
        .containsExactly(
            "overview                 20.0     20.0  p95 <= 500: met",
            "agents                  700.0    700.0  p95 <= 500: missed",
            "timeline of 10,000     1900.0   1900.0  p95 <= 2000: met");
    assertThat(Json.mapper().readTree(result().toJson()).at("/pages/agents/met").asBoolean(true))
        .isFalse();
  }

  @Test
  void tooFewDocumentsForTheTimelineAreRefused() {
    Invocation bench = Invocation.of("", "bench", "console", "--documents", "9999");

    assertThat(bench.code()).isEqualTo(2);
    assertThat(bench.err()).contains("--documents must be 10000 to");
  }
}
