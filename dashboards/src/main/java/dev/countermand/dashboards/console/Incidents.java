package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentKind;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The incidents, the newest first, and all about one. */
final class Incidents {
  private static final int MAX = 500;
  private static final int OF_AN_AGENT = 20;
  private static final Comparator<Incident> NEWEST =
      Comparator.comparing(Incident::last).reversed().thenComparing(Incident::id);

  private final Views views;
  private final Timelines timelines;

  Incidents(Views views, Timelines timelines) {
    this.views = views;
    this.timelines = timelines;
  }

  Reply list(Call call) {
    int limit = call.limit(50, MAX);
    Instant before = call.moment("before");
    List<Incident> found =
        views.incidents().stream()
            .filter(status(call.word("status")))
            .filter(ofAgent(call.id("agent")))
            .filter(words(call.word("q")))
            .filter(one -> before == null || one.last().isBefore(before))
            .sorted(NEWEST)
            .toList();
    List<Incident> page = page(found, limit);
    ObjectNode body = Json.mapper().createObjectNode();
    ArrayNode rows = body.putArray("incidents");
    page.forEach(one -> rows.add(row(one)));
    body.put(
        "next", page.size() == found.size() ? null : page.get(page.size() - 1).last().toString());
    return Reply.ok(body);
  }

  // Those of one moment stay together, because the next page begins before it.
  private static List<Incident> page(List<Incident> found, int limit) {
    List<Incident> page = new ArrayList<>();
    for (Incident one : found) {
      if (page.size() >= limit && !one.last().equals(page.get(page.size() - 1).last())) {
        break;
      }
      page.add(one);
    }
    return page;
  }

  private static Predicate<Incident> status(@Nullable String word) {
    if (word == null) {
      return one -> true;
    }
    IncidentStatus status =
        Stream.of(IncidentStatus.values())
            .filter(one -> one.wireName().equals(word))
            .findFirst()
            .orElseThrow(() -> Call.invalid("status must be open, contained or closed"));
    return one -> one.status() == status;
  }

  private static Predicate<Incident> ofAgent(@Nullable String agent) {
    return one -> agent == null || one.agentId().equals(agent);
  }

  private static Predicate<Incident> words(@Nullable String words) {
    if (words == null) {
      return one -> true;
    }
    String part = words.toLowerCase(Locale.ROOT);
    return one ->
        one.id().contains(part)
            || one.agentId().toLowerCase(Locale.ROOT).contains(part)
            || one.title().toLowerCase(Locale.ROOT).contains(part)
            || one.summary().toLowerCase(Locale.ROOT).contains(part)
            || one.kinds().stream().anyMatch(kind -> kind.kind().contains(part));
  }

  Reply one(Call call) {
    Incident incident =
        views
            .incident(call.needed("id"))
            .orElseThrow(
                () -> new Refusal(404, "INCIDENT_UNKNOWN", "There is no such incident any more."));
    ObjectNode body = row(incident);
    body.set("stages", timelines.stages(incident));
    return Reply.ok(body);
  }

  ObjectNode row(Incident incident) {
    ObjectNode row =
        Json.mapper()
            .createObjectNode()
            .put("id", incident.id())
            .put("agent", incident.agentId())
            .put("status", incident.status().wireName())
            .put("severity", incident.severity().wireName())
            .put("title", Shown.cut(incident.title()))
            .put("summary", Shown.cut(incident.summary()))
            .put("risk", Shown.tenth(incident.risk()))
            .put("first", incident.first().toString())
            .put("last", incident.last().toString())
            .put("contained_at", Shown.time(incident.containedAt()))
            .put("closed_at", Shown.time(incident.closedAt()))
            .put("findings", incident.counts().findings())
            .put("suppressed", incident.counts().suppressed());
    ArrayNode kinds = row.putArray("kinds");
    for (IncidentKind kind : incident.kinds()) {
      kinds.addObject().put("kind", kind.kind()).put("count", kind.findings());
    }
    row.set("credentials", Json.words(incident.credentials()));
    return row;
  }

  /** The last incidents of an agent. */
  ArrayNode of(String agent) {
    ArrayNode rows = Json.mapper().createArrayNode();
    views.incidents().stream()
        .filter(ofAgent(agent))
        .sorted(NEWEST)
        .limit(OF_AN_AGENT)
        .forEach(one -> rows.add(row(one)));
    return rows;
  }

  /** The incident of each agent that is not closed; the newest where there are several. */
  Map<String, String> openByAgent() {
    Map<String, String> open = new HashMap<>();
    views.incidents().stream()
        .filter(one -> one.status() != IncidentStatus.CLOSED)
        .sorted(NEWEST)
        .forEach(one -> open.putIfAbsent(one.agentId(), one.id()));
    return open;
  }

  /** How many are not closed. */
  long open() {
    return views.incidents().stream().filter(one -> one.status() != IncidentStatus.CLOSED).count();
  }
}
