package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.console.Indexed.Found;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What people look for in Elasticsearch, and what it has as a whole. */
final class Search {
  private static final int MAX_HITS = 1_000;
  private static final int MAX_AUDIT = 1_000;

  private final Indexed indexed;
  private final Shown shown;

  Search(Indexed indexed, Shown shown) {
    this.indexed = indexed;
    this.shown = shown;
  }

  Reply words(Call call) {
    String verb = call.word("verb");
    if (verb != null && Verb.named(verb).isEmpty()) {
      throw Call.invalid("verb " + Verb.CHOICE);
    }
    Found found =
        indexed.words(
            call.word("q"),
            call.id("agent"),
            verb,
            call.moment("from"),
            call.moment("to"),
            call.limit(100, MAX_HITS));
    ObjectNode body = Json.mapper().createObjectNode();
    body.set("hits", shown.entries(newestFirst(found)));
    body.put("total", found.total());
    return Reply.ok(body);
  }

  Reply audit(Call call) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.set("entries", shown.entries(newestFirst(indexed.audit(call.limit(200, MAX_AUDIT)))));
    return Reply.ok(body);
  }

  private static List<Entry> newestFirst(Found found) {
    List<Entry> entries = new ArrayList<>(found.entries());
    Collections.reverse(entries);
    return entries;
  }

  Reply document(Call call) {
    JsonNode document =
        indexed
            .document(call.needed("stream"), call.needed("id"))
            .orElseThrow(
                () ->
                    new Refusal(
                        404,
                        "DOCUMENT_UNKNOWN",
                        "There is no such document in a data stream of Countermand."));
    ObjectNode body = Json.mapper().createObjectNode();
    body.set("document", document);
    return Reply.ok(body);
  }
}
