package dev.countermand.runtime.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a YAML text with their lines, checked against the records they are for: one document,
 * every key known and there once, no aliases.
 */
final class Outline {
  private static final int MAX_DEPTH = 20;

  /** What the walk stands in: a map or a list, and what the record behind it makes of it. */
  private static final class Level {
    final String path;
    final @Nullable Type type;
    final boolean list;
    int index;
    String key = "";

    Level(String path, @Nullable Type type, boolean list) {
      this.path = path;
      this.type = type;
      this.list = list;
    }

    /** The path of what comes next in here. */
    String next() {
      return list ? path + "[" + index++ + "]" : below(key);
    }

    String below(String name) {
      return path.isEmpty() ? name : path + "." + name;
    }

    @Nullable Type typeOfNext() {
      if (type instanceof ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        boolean fits = list == (generic.getRawType() == List.class);
        return fits ? arguments[arguments.length - 1] : null;
      }
      return list ? null : known(type).get(key);
    }
  }

  private final YAMLParser parser;
  private final Map<String, Integer> lines = new HashMap<>();
  private final Deque<Level> open = new ArrayDeque<>();
  private boolean content;

  private Outline(YAMLParser parser) {
    this.parser = parser;
  }

  /**
   * Walks through a text.
   *
   * @throws UnknownKey when a key is none of the record's
   * @throws ConfigurationProblem when the text holds what a configuration may not
   * @throws IOException when it is not YAML
   */
  static Outline of(YAMLFactory factory, String yaml, Class<?> record) throws IOException {
    try (YAMLParser parser = factory.createParser(yaml)) {
      Outline outline = new Outline(parser);
      outline.walk(record);
      return outline;
    }
  }

  /** Whether there is anything but comments. */
  boolean hasContent() {
    return content;
  }

  /** The line of a key, counted from 1, if the key is there. */
  Optional<Integer> line(String path) {
    return Optional.ofNullable(lines.get(path));
  }

  private void walk(Class<?> record) throws IOException {
    boolean ended = false;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (ended) {
        throw here("a second document begins; one is allowed");
      } else if (parser.isCurrentAlias()) {
        throw here("an alias stands there; write the value itself");
      } else if (token == JsonToken.FIELD_NAME) {
        key(parser.currentName());
      } else if (token.isStructEnd()) {
        open.pop();
      } else {
        value(token, record);
      }
      ended = open.isEmpty();
    }
  }

  private void key(String key) {
    Level level = open.element();
    level.key = key;
    String path = level.below(key);
    if (lines.putIfAbsent(path, line()) != null) {
      throw here("a key stands there a second time");
    }
    Map<String, Type> known = known(level.type);
    if (!known.isEmpty() && !known.containsKey(key)) {
      throw new UnknownKey(path, key, line(), known.keySet());
    }
  }

  private void value(JsonToken token, Class<?> record) throws IOException {
    Level above = open.peek();
    String path = above == null ? "" : above.next();
    Type type = above == null ? record : above.typeOfNext();
    lines.putIfAbsent(path, line());
    if (token.isStructStart()) {
      content = true;
      open.push(new Level(path, type, token == JsonToken.START_ARRAY));
      if (open.size() > MAX_DEPTH) {
        throw here("it is nested deeper than " + MAX_DEPTH);
      }
    } else {
      content |= token != JsonToken.VALUE_NULL && !parser.getText().isEmpty();
    }
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private ConfigurationProblem here(String problem) {
    return new ConfigurationProblem("in line " + line() + " " + problem);
  }

  /** The keys of a record; none when the type is something else. */
  private static Map<String, Type> known(@Nullable Type type) {
    Map<String, Type> keys = new LinkedHashMap<>();
    if (type instanceof Class<?> c && c.isRecord()) {
      for (RecordComponent component : c.getRecordComponents()) {
        keys.put(key(component), component.getGenericType());
      }
    }
    return keys;
  }

  /** How a component is called in the file. */
  static String key(RecordComponent component) {
    JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
    return named == null ? kebab(component.getName()) : named.value();
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** A key that no record knows. */
  static final class UnknownKey extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String path;
    final String key;
    final int line;
    final transient Collection<String> known;

    UnknownKey(String path, String key, int line, Collection<String> known) {
      super("unknown key", null, false, false);
      this.path = path;
      this.key = key;
      this.line = line;
      this.known = known;
    }
  }
}
