package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.FieldType;
import dev.countermand.model.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Index templates, made of the fields the model declares. Pure. */
public final class IndexTemplate {
  /**
   * Grows with every change of a mapping; a server that has a template of a greater version keeps
   * it.
   */
  static final int VERSION = 7;

  /** Above that of the templates Elasticsearch ships for {@code logs-*-*} (100). */
  static final int PRIORITY = 500;

  /**
   * Longest text that is a term, in characters. Lucene takes 32,766 bytes, and a character can be
   * three; in a flattened field the rest is room for the path before the value.
   */
  private static final int LONGEST_TERM = 8_191;

  /** More than any document can nest: Json.MAX_DEPTH. A deeper one would be refused as a whole. */
  private static final int FLATTENED_DEPTH = Json.MAX_DEPTH + 20;

  /** Sentences, which people search by word. */
  private static final Set<String> PROSE = Set.of("message");

  /** ECS types these wildcard: long, and searched by what they contain. */
  private static final Set<String> LONG_TEXT = Set.of("process.command_line", "url.full");

  /** Evidence that is counted as it is and searched by word. */
  private static final Set<String> EVIDENCE =
      Set.of("countermand.finding.because", "countermand.effects.because");

  private IndexTemplate() {}

  /**
   * The body of {@code PUT _index_template/<name>}.
   *
   * @param retention how long documents are kept, as Elasticsearch writes it; where the server has
   *     a lifecycle of data streams
   */
  public static ObjectNode of(
      DataStream stream, ServerFeatures features, Optional<String> retention) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.putArray("index_patterns").add(stream.pattern());
    root.putObject("data_stream");
    root.put("priority", PRIORITY).put("version", VERSION);
    root.putObject("_meta").put("managed_by", "countermand");
    // The place for an operator's own settings and mappings, as with Elastic's own templates.
    String custom = "logs-" + stream.dataset() + "@custom";
    root.putArray("composed_of").add(custom);
    root.putArray("ignore_missing_component_templates").add(custom);
    ObjectNode template = root.putObject("template");
    template.putObject("settings").put("index.auto_expand_replicas", "0-1");
    template.set("mappings", mappings(stream, features));
    if (features.logsdb()) {
      logsdb(template);
    }
    if (features.failureStore()) {
      withoutFailureStore(template);
    }
    switch (features.lifecycle()) {
      case DATA_STREAM -> {
        ObjectNode lifecycle = template.putObject("lifecycle");
        retention.ifPresent(span -> lifecycle.put("data_retention", span));
      }
      case ILM ->
          template.withObjectProperty("settings").put("index.lifecycle.name", stream.template());
      case NONE -> {}
    }
    return root;
  }

  /** Adds the index mode for logs to a template. */
  static void logsdb(ObjectNode template) {
    ObjectNode settings = template.withObjectProperty("settings");
    settings.put("index.mode", "logsdb");
    // A source that is put together from the fields again is no evidence: arrays lose their order.
    settings.put("index.mapping.source.mode", "stored");
    // By default it takes a value of a wrong type and leaves the field out of the index.
    settings.put("index.mapping.ignore_malformed", false);
    // By default it sorts by host first, which agents do not have. People look at the latest.
    settings.putArray("index.sort.field").add("@timestamp");
    settings.putArray("index.sort.order").add("desc");
  }

  /** A refused document must come back as refused, because dead-letters is where they are kept. */
  static void withoutFailureStore(ObjectNode template) {
    template.putObject("data_stream_options").putObject("failure_store").put("enabled", false);
  }

  /** The policy of index lifecycle management, where that is what the server has. */
  static ObjectNode policy(Optional<String> retention) {
    ObjectNode root = Json.mapper().createObjectNode();
    ObjectNode phases = root.putObject("policy").putObject("phases");
    // What Elastic's own policy for logs does.
    phases
        .putObject("hot")
        .putObject("actions")
        .putObject("rollover")
        .put("max_age", "30d")
        .put("max_primary_shard_size", "50gb");
    retention.ifPresent(
        span ->
            phases
                .putObject("delete")
                .put("min_age", span)
                .putObject("actions")
                .putObject("delete"));
    return root;
  }

  /** The mappings of a data stream. Fields that the model does not declare are kept, unindexed. */
  public static ObjectNode mappings(DataStream stream, ServerFeatures features) {
    ObjectNode mappings = Json.mapper().createObjectNode();
    mappings.put("dynamic", false);
    ObjectNode properties = mappings.putObject("properties");
    for (Map.Entry<String, FieldType> field : stream.fields().entrySet()) {
      place(properties, field.getKey(), mapping(field.getKey(), field.getValue(), features));
    }
    return mappings;
  }

  private static void place(ObjectNode properties, String path, ObjectNode mapping) {
    ObjectNode at = properties;
    String rest = path;
    for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
      at = at.withObjectProperty(rest.substring(0, dot)).withObjectProperty("properties");
      rest = rest.substring(dot + 1);
    }
    at.set(rest, mapping);
  }

  private static ObjectNode mapping(String path, FieldType type, ServerFeatures features) {
    return switch (type) {
      case KEYWORD -> text(path, features);
      case DATE -> ofType("date");
      case LONG -> ofType("long");
      case DOUBLE -> ofType("double");
      case BOOLEAN -> ofType("boolean");
      case TREE, MAP ->
          ofType("flattened").put("ignore_above", LONGEST_TERM).put("depth_limit", FLATTENED_DEPTH);
    };
  }

  private static ObjectNode text(String path, ServerFeatures features) {
    String prose = features.matchOnlyText() ? "match_only_text" : "text";
    if (PROSE.contains(path)) {
      return ofType(prose);
    }
    if (LONG_TEXT.contains(path)) {
      return with(features.wildcard() ? ofType("wildcard") : keyword(), prose);
    }
    return EVIDENCE.contains(path) ? with(keyword(), prose) : keyword();
  }

  private static ObjectNode keyword() {
    return ofType("keyword").put("ignore_above", LONGEST_TERM);
  }

  private static ObjectNode with(ObjectNode mapping, String textType) {
    mapping.putObject("fields").set("text", ofType(textType));
    return mapping;
  }

  private static ObjectNode ofType(String type) {
    return Json.mapper().createObjectNode().put("type", type);
  }

  /** The type a field has in a data stream's mapping, or null when it has none. */
  public static @Nullable String typeOf(DataStream stream, ServerFeatures features, String path) {
    String pointer = "/properties/" + path.replace(".", "/properties/") + "/type";
    return mappings(stream, features).at(pointer).textValue();
  }
}
