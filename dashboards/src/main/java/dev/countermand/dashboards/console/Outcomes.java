package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.json.Json;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of orders: of the last ones at once, of others from Elasticsearch. Thread-safe. */
final class Outcomes {
  private static final int MAX_ORDERS = 500;
  private static final int MAX_OF_AN_ORDER = 500;

  private final Indexed indexed;
  private final Shown shown;
  private final Map<String, Map<String, Entry>> last =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Entry>> eldest) {
          return size() > MAX_ORDERS;
        }
      };

  Outcomes(Indexed indexed, Shown shown) {
    this.indexed = indexed;
    this.shown = shown;
  }

  void add(ContainmentOutcome outcome, Entry entry) {
    synchronized (last) {
      Map<String, Entry> known =
          last.computeIfAbsent(outcome.orderId(), id -> new LinkedHashMap<>());
      if (known.size() < MAX_OF_AN_ORDER) {
        known.put(entry.id(), entry);
      }
    }
  }

  Reply of(Call call) {
    String order = call.needed("id");
    Map<String, Entry> all = new LinkedHashMap<>();
    synchronized (last) {
      all.putAll(last.getOrDefault(order, Map.of()));
    }
    try {
      indexed
          .outcomes(order, MAX_OF_AN_ORDER)
          .entries()
          .forEach(entry -> all.putIfAbsent(entry.id(), entry));
    } catch (UncheckedIOException e) {
      if (all.isEmpty()) {
        throw e;
      }
    }
    List<Entry> sorted = new ArrayList<>(all.values());
    sorted.sort(Comparator.comparing(Entry::time));
    ObjectNode body = Json.mapper().createObjectNode();
    body.set("outcomes", shown.entries(sorted));
    return Reply.ok(body);
  }
}
