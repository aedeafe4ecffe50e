package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured.
 *
 * @param documents in each turn
 * @param bytes of these documents
 * @param sink documents a second, by turn
 * @param bulk the same of the bare bulk
 */
public record SinkResult(int documents, long bytes, List<Double> sink, List<Double> bulk) {
  /** The lists are copied. */
  public SinkResult {
    sink = List.copyOf(sink);
    bulk = List.copyOf(bulk);
  }

  private double ratio() {
    return median(sink) / median(bulk);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** For machines. */
  public String toJson() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("documents", documents).put("bytes_per_document", bytes / documents);
    sink.forEach(node.putArray("sink_per_second")::add);
    bulk.forEach(node.putArray("bulk_per_second")::add);
    node.put("ratio", ratio());
    return node.toString();
  }

  /** For people. */
  public String toText() {
    return String.format(
        Locale.ROOT,
        "%d documents of %d bytes a turn; documents a second, by turn, and the median%n"
            + "  bare bulk  %s  %.0f%n  sink       %s  %.0f%n  ratio of the medians: %.2f",
        documents,
        bytes / documents,
        turns(bulk),
        median(bulk),
        turns(sink),
        median(sink),
        ratio());
  }

  private static String turns(List<Double> values) {
    return String.join(
        " ", values.stream().map(one -> String.format(Locale.ROOT, "%.0f", one)).toList());
  }
}
