package dev.countermand.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The hook's round trip (request, redaction, Kafka, scoring, Kafka, answer) against the limit of
 * the machine, a bare two-hop copy by Kafka Streams, both open-loop, in turns in the same run.
 */
public final class LatencyBench {
  private static final int AGENTS = 8;

  /** Until then the compiler of the JVM takes more of the machine than the pipeline does. */
  private static final int WARM_UP = 40_000;

  private static final int WARM_UP_RATE = 1_000;

  /**
   * Where the pipeline is.
   *
   * @param kafka its Kafka
   * @param gateway its gateway
   * @param token of a source that may report for many agents
   * @param partitions of its topics; the copy has as many
   * @param scratch an empty directory
   */
  public record Target(
      KafkaSettings kafka, URI gateway, String token, int partitions, Path scratch) {
    @Override
    public String toString() {
      return "Target[" + gateway + "]";
    }
  }

  /** One line of the result: a rate, both latencies. */
  private record Line(int rate, List<Percentiles> copies, List<Percentiles> hooks) {
    static double median(List<Percentiles> rounds, double fraction) {
      List<Double> sorted = rounds.stream().map(round -> round.millis(fraction)).sorted().toList();
      return sorted.get(sorted.size() / 2);
    }

    double copy(double fraction) {
      return median(copies, fraction);
    }

    double hook(double fraction) {
      return median(hooks, fraction);
    }
  }

  /** What was measured. */
  public static final class Result {
    private final List<Line> lines;

    private Result(List<Line> lines) {
      this.lines = List.copyOf(lines);
    }

    /** A table for people: medians over the rounds. */
    public String toText() {
      StringBuilder out = new StringBuilder("rate/s  what            p50 ms   p95 ms   p99 ms\n");
      for (Line line : lines) {
        row(out, line.rate(), "two-hop copy", line.copy(.5), line.copy(.95), line.copy(.99));
        row(out, line.rate(), "hook round trip", line.hook(.5), line.hook(.95), line.hook(.99));
        row(
            out,
            line.rate(),
            "ratio",
            line.hook(.5) / line.copy(.5),
            line.hook(.95) / line.copy(.95),
            line.hook(.99) / line.copy(.99));
      }
      return out.append("Medians over ")
          .append(lines.get(0).hooks().size())
          .append(" interleaved rounds; latency counts from when each action was due.")
          .toString();
    }

    /** The same for machines. */
    public String toJson() {
      ArrayNode array = Json.mapper().createArrayNode();
      for (Line line : lines) {
        ObjectNode node = array.addObject().put("rate", line.rate());
        for (double fraction : new double[] {.5, .95, .99}) {
          String name = "p" + Math.round(fraction * 100);
          node.putObject(name)
              .put("copy_ms", line.copy(fraction))
              .put("hook_ms", line.hook(fraction))
              .put("ratio", line.hook(fraction) / line.copy(fraction));
        }
      }
      return array.toString();
    }

    private static void row(
        StringBuilder out, int rate, String what, double p50, double p95, double p99) {
      out.append(
          String.format(
              Locale.ROOT, "%6d  %-15s %7.2f  %7.2f  %7.2f%n", rate, what, p50, p95, p99));
    }
  }

  private final Target target;
  private final List<Integer> rates;
  private final Duration duration;
  private final int rounds;
  private final Consumer<String> progress;
  private final WebClient client;

  /** A bench of a running pipeline. */
  public LatencyBench(
      Target target,
      List<Integer> rates,
      Duration duration,
      int rounds,
      Consumer<String> progress) {
    this.target = target;
    this.rates = List.copyOf(rates);
    this.duration = duration;
    this.rounds = rounds;
    this.progress = progress;
    this.client = WebClient.of(target.gateway());
  }

  /** Measures; takes about 2 x rates x rounds x duration and a warm-up. */
  public Result run() throws InterruptedException {
    List<Line> lines = new ArrayList<>();
    try (StreamsCopy copy =
        new StreamsCopy(target.kafka(), target.partitions(), target.scratch().resolve("copy"))) {
      byte[] value = payload(0);
      progress.accept("Warming up");
      OpenLoop.run(WARM_UP_RATE, WARM_UP, 0, i -> copy.send(agent(i), value));
      OpenLoop.run(WARM_UP_RATE / 2, WARM_UP / 4, 0, this::hook);
      OpenLoop.run(WARM_UP_RATE, WARM_UP, 0, this::hook);
      for (int rate : rates) {
        Line line = new Line(rate, new ArrayList<>(), new ArrayList<>());
        int count = (int) (rate * duration.toSeconds());
        for (int round = 1; round <= rounds; round++) {
          progress.accept(rate + " actions/s, round " + round + " of " + rounds);
          line.copies().add(OpenLoop.run(rate, count, count / 10, i -> copy.send(agent(i), value)));
          line.hooks().add(OpenLoop.run(rate, count, count / 10, this::hook));
        }
        lines.add(line);
      }
    }
    return new Result(lines);
  }

  private CompletableFuture<Void> hook(int number) {
    RequestHeaders headers =
        RequestHeaders.builder(HttpMethod.POST, "/v1/hooks/claude-code")
            .add(HttpHeaderNames.AUTHORIZATION, "Bearer " + target.token())
            .add(HttpHeaderNames.CONTENT_TYPE, "application/json")
            .add("x-countermand-agent", agent(number))
            .build();
    return client
        .execute(headers, payload(number))
        .aggregate()
        .thenAccept(LatencyBench::requireAnswer);
  }

  private static void requireAnswer(AggregatedHttpResponse answer) {
    if (!answer.status().isSuccess()) {
      throw new IllegalStateException("the gateway answered " + answer.status());
    }
  }

  private static String agent(int number) {
    return "bench-agent-" + number % AGENTS;
  }

  private static byte[] payload(int number) {
    return ("{\"session_id\":\"bench\",\"transcript_path\":\"/tmp/t.jsonl\",\"cwd\":\"/srv/shop\","
            + "\"hook_event_name\":\"PreToolUse\",\"permission_mode\":\"default\","
            + "\"tool_name\":\"Bash\",\"tool_use_id\":\"toolu_"
            + number
            + "\",\"tool_input\":{\"command\":\"git log --oneline -n 20 -- src/orders/"
            + number % 500
            + ".ts && npm test -- --grep checkout\",\"description\":\"Look at the history\"}}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
