package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.FieldType;
import dev.countermand.model.json.Json;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Index templates, made of the fields the model declares. Pure. */
public final class IndexTemplate {
  /**
   * Grows with every change of a mapping; a server that has a template of a greater version keeps
   * it.
   */
  static final int VERSION = 5;

  /** Above that of the templates Elasticsearch ships for {@code logs-*-*} (100). */
  private static final int PRIORITY = 500;

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

  /** What a server understands, from the richest to the plainest. */
  public enum Dialect {
    /** Elasticsearch 8.19, 9.1 and later. */
    FULL,
    /** A full server that does not know data_stream_options. */
    WITHOUT_OPTIONS,
    /** A build with the core field types only, as the embedded one. */
    CORE
  }

  private IndexTemplate() {}

  /** The body of {@code PUT _index_template/<name>}. */
  public static ObjectNode of(DataStream stream, Dialect dialect) {
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
    template.set("mappings", mappings(stream, dialect));
    if (dialect != Dialect.CORE) {
      template.putObject("lifecycle");
    }
    if (dialect == Dialect.FULL) {
      // A refused document must come back as refused, because dead-letters is where they are kept.
      template.putObject("data_stream_options").putObject("failure_store").put("enabled", false);
    }
    return root;
  }

  /** The mappings of a data stream. Fields that the model does not declare are kept, unindexed. */
  public static ObjectNode mappings(DataStream stream, Dialect dialect) {
    ObjectNode mappings = Json.mapper().createObjectNode();
    mappings.put("dynamic", false);
    ObjectNode properties = mappings.putObject("properties");
    for (Map.Entry<String, FieldType> field : stream.fields().entrySet()) {
      place(properties, field.getKey(), mapping(field.getKey(), field.getValue(), dialect));
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

  private static ObjectNode mapping(String path, FieldType type, Dialect dialect) {
    return switch (type) {
      case KEYWORD -> text(path, dialect);
      case DATE -> ofType("date");
      case LONG -> ofType("long");
      case DOUBLE -> ofType("double");
      case BOOLEAN -> ofType("boolean");
      case TREE, MAP ->
          ofType("flattened").put("ignore_above", LONGEST_TERM).put("depth_limit", FLATTENED_DEPTH);
    };
  }

  private static ObjectNode text(String path, Dialect dialect) {
    String prose = dialect == Dialect.CORE ? "text" : "match_only_text";
    if (PROSE.contains(path)) {
      return ofType(prose);
    }
    if (LONG_TEXT.contains(path)) {
      return with(dialect == Dialect.CORE ? keyword() : ofType("wildcard"), prose);
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
  public static @Nullable String typeOf(DataStream stream, Dialect dialect, String path) {
    String pointer = "/properties/" + path.replace(".", "/properties/") + "/type";
    return mappings(stream, dialect).at(pointer).textValue();
  }
}
