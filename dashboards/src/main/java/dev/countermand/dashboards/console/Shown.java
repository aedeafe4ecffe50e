package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** How things are written for the page: with names of credentials, and no longer than it shows. */
final class Shown {
  private static final int MAX_TEXT = 2_000;
  private static final int MAX_LIST = 32;

  private final Views views;

  Shown(Views views) {
    this.views = views;
  }

  /** An entry, whose whole document can be asked for. */
  ObjectNode entry(Entry entry) {
    ObjectNode json = entry.json();
    json.put("text", cut(entry.text()));
    cut(json, "details");
    cut(json, "related");
    cut(json, "effects");
    for (JsonNode credential : cut(json, "credentials")) {
      ((ObjectNode) credential).put("name", views.nameOf(credential.path("fingerprint").asText()));
    }
    return json;
  }

  ArrayNode entries(Collection<Entry> entries) {
    ArrayNode all = Json.mapper().createArrayNode();
    entries.forEach(entry -> all.add(entry(entry)));
    return all;
  }

  /** A credential by its fingerprint, and what people call it. */
  ObjectNode credential(String fingerprint) {
    return Json.mapper()
        .createObjectNode()
        .put("fingerprint", fingerprint)
        .put("name", views.nameOf(fingerprint));
  }

  private static ArrayNode cut(ObjectNode json, String name) {
    ArrayNode list = json.withArray(name);
    int all = list.size();
    while (list.size() > MAX_LIST) {
      list.remove(list.size() - 1);
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).isTextual()) {
        list.set(i, TextNode.valueOf(cut(list.get(i).textValue())));
      }
    }
    if (all > list.size() && name.equals("details")) {
      list.add((all - list.size()) + " more are in the document");
    }
    return list;
  }

  /** A text no longer than the page shows. */
  static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }

  /** An instant as text; null for none. */
  static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  /** A score with one digit behind the point. */
  static double tenth(double score) {
    return Math.round(score * 10) / 10.0;
  }
}
