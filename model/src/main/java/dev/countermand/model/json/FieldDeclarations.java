package dev.countermand.model.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.countermand.model.Wire;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of field a document can have. A getter may return null: then the field is not written.
 * An empty list or map is not written either.
 *
 * @param <T> the record
 */
public abstract class FieldDeclarations<T> {
  private final String name;
  private final Node root = new Node("", 0);
  private final List<Field<T, ?>> fields = new ArrayList<>();

  FieldDeclarations(String name) {
    this.name = name;
  }

  /** A field of text. */
  public Field<T, String> string(String path, Function<T, @Nullable String> getter) {
    return add(
        path, FieldType.KEYWORD, getter, FieldDeclarations::text, JsonGenerator::writeString);
  }

  /** An instant, ISO 8601 in UTC with milliseconds or finer as given. */
  public Field<T, Instant> instant(String path, Function<T, @Nullable Instant> getter) {
    return add(
        path,
        FieldType.DATE,
        getter,
        (parser, at) -> {
          try {
            return Instants.parse(text(parser, at));
          } catch (DateTimeException e) {
            throw new MalformedDocumentException(
                at, "is not an instant such as 2026-11-20T10:15:30Z");
          }
        },
        (generator, value) -> generator.writeString(Instants.format(value)));
  }

  /** A field that is true or false. */
  public Field<T, Boolean> bool(String path, Function<T, @Nullable Boolean> getter) {
    return add(
        path,
        FieldType.BOOLEAN,
        getter,
        (parser, at) -> {
          if (!parser.currentToken().isBoolean()) {
            throw new MalformedDocumentException(at, "is not true or false");
          }
          return parser.getBooleanValue();
        },
        JsonGenerator::writeBoolean);
  }

  /** A whole number. */
  public Field<T, Long> integer(String path, Function<T, @Nullable Long> getter) {
    return add(
        path,
        FieldType.LONG,
        getter,
        (parser, at) -> {
          if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new MalformedDocumentException(at, "is not a whole number");
          }
          try {
            return parser.getLongValue();
          } catch (InputCoercionException e) {
            throw new MalformedDocumentException(at, "is out of the range of 64 bits");
          }
        },
        (generator, number) -> {
          // As a parser would read it, so that both ways to a tree give the same one.
          if (number == number.intValue()) {
            generator.writeNumber(number.intValue());
          } else {
            generator.writeNumber(number);
          }
        });
  }

  /** A finite number; encoding a record with another one throws IllegalArgumentException. */
  public Field<T, Double> number(String path, Function<T, @Nullable Double> getter) {
    return add(
        path,
        FieldType.DOUBLE,
        getter,
        (parser, at) -> {
          if (!parser.currentToken().isNumeric()) {
            throw new MalformedDocumentException(at, "is not a number");
          }
          double number = parser.getDoubleValue();
          if (!Double.isFinite(number)) {
            throw new MalformedDocumentException(at, "is out of the range of a double");
          }
          return number;
        },
        (generator, number) -> {
          if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(path + " is not a finite number");
          }
          generator.writeNumber(number);
        });
  }

  /** One word of an enumeration. */
  public <V extends Enum<V> & Wire> Field<T, V> wire(
      String path, V[] values, Function<T, @Nullable V> getter) {
    return add(path, FieldType.KEYWORD, getter, words(values), word(values));
  }

  /** Words of an enumeration. */
  public <V extends Enum<V> & Wire> Field<T, List<V>> wires(
      String path, V[] values, Function<T, List<V>> getter) {
    Field.Reader<V> word = words(values);
    Field.Writer<V> writer = word(values);
    return add(
        path,
        FieldType.KEYWORD,
        record -> emptyAsNull(getter.apply(record)),
        (parser, at) -> list(parser, at, word),
        (generator, list) -> array(generator, list, writer));
  }

  /** A list of texts. A single text is read as a list of one. */
  public Field<T, List<String>> strings(String path, Function<T, List<String>> getter) {
    return add(
        path,
        FieldType.KEYWORD,
        record -> emptyAsNull(getter.apply(record)),
        (parser, at) ->
            parser.currentToken() == JsonToken.VALUE_STRING
                ? List.of(parser.getText())
                : list(parser, at, FieldDeclarations::text),
        (generator, list) -> array(generator, list, JsonGenerator::writeString));
  }

  /** A map of words to words. */
  public Field<T, Map<String, String>> map(String path, Function<T, Map<String, String>> getter) {
    return add(
        path,
        FieldType.MAP,
        record -> {
          Map<String, String> map = getter.apply(record);
          return map.isEmpty() ? null : map;
        },
        FieldDeclarations::readMap,
        (generator, map) -> {
          generator.writeStartObject();
          for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            generator.writeStringField(entry.getKey(), entry.getValue());
          }
          generator.writeEndObject();
        });
  }

  /** Any JSON, as it came. */
  public Field<T, JsonNode> tree(String path, Function<T, @Nullable JsonNode> getter) {
    return add(path, FieldType.TREE, getter, (parser, at) -> Trees.read(parser), Trees::write);
  }

  /** A nested document. */
  public <V> Field<T, V> object(
      String path, DocumentCodec<V> codec, Function<T, @Nullable V> getter) {
    return add(path, below(path, codec), getter, codec::read, codec::write, false);
  }

  /** A list of nested documents. */
  public <V> Field<T, List<V>> list(
      String path, DocumentCodec<V> codec, Function<T, List<V>> getter) {
    return add(
        path,
        below(path, codec),
        record -> emptyAsNull(getter.apply(record)),
        (parser, at) -> list(parser, at, codec::read),
        (generator, list) -> array(generator, list, codec::write),
        false);
  }

  /**
   * A field that follows from the others and is written for those who search the documents. A
   * document that says something else there keeps it.
   */
  public FieldDeclarations<T> derived(
      String path, FieldType type, Function<T, @Nullable JsonNode> value) {
    add(path, Map.of(path, type), value, (parser, at) -> Trees.read(parser), Trees::write, true);
    return this;
  }

  /** A text that every such document has. A document with another one keeps it. */
  public FieldDeclarations<T> constant(String path, String value) {
    Node place = root.declare(path);
    place.constant = TextNode.valueOf(value);
    place.text = new SerializedString(value);
    return this;
  }

  /** Words that every such document has. A document with other ones keeps them. */
  public FieldDeclarations<T> constant(String path, List<String> values) {
    root.declare(path).constant = Json.words(values);
    return this;
  }

  /** A number that every such document has. A document with another one keeps it. */
  public FieldDeclarations<T> constant(String path, int value) {
    root.declare(path).constant = IntNode.valueOf(value);
    return this;
  }

  /**
   * Ends the declaration.
   *
   * @param factory makes the record of the values that were read
   * @param extraOf the fields the record does not know
   */
  public DocumentCodec<T> build(Function<Values<T>, T> factory, Function<T, Extra> extraOf) {
    return new DocumentCodec<>(name, root, fields, factory, extraOf);
  }

  private <V> Field<T, V> add(
      String path,
      FieldType type,
      Function<T, @Nullable V> getter,
      Field.Reader<V> reader,
      Field.Writer<V> writer) {
    return add(path, Map.of(path, type), getter, reader, writer, false);
  }

  private <V> Field<T, V> add(
      String path,
      Map<String, FieldType> types,
      Function<T, @Nullable V> getter,
      Field.Reader<V> reader,
      Field.Writer<V> writer,
      boolean derived) {
    Field<T, V> field = new Field<>(path, fields.size(), types, getter, reader, writer, derived);
    root.declare(path).field = field;
    fields.add(field);
    return field;
  }

  private static Map<String, FieldType> below(String path, DocumentCodec<?> codec) {
    return codec.fields().entrySet().stream()
        .collect(Collectors.toMap(entry -> path + "." + entry.getKey(), Map.Entry::getValue));
  }

  private static String text(JsonParser parser, String path) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new MalformedDocumentException(path, "is not a string");
    }
    return parser.getText();
  }

  private static <V extends Wire> Field.Reader<V> words(V[] values) {
    Map<String, V> byName =
        Stream.of(values)
            .collect(Collectors.toMap(Wire::wireName, v -> v, (a, b) -> a, LinkedHashMap::new));
    return (parser, path) -> {
      V value = byName.get(text(parser, path));
      if (value == null) {
        throw new MalformedDocumentException(
            path, "is none of " + String.join(", ", byName.keySet()));
      }
      return value;
    };
  }

  /** Writes a constant of an enumeration, all of whose constants are given in their order. */
  private static <V extends Enum<V> & Wire> Field.Writer<V> word(V[] values) {
    SerializableString[] names =
        Stream.of(values)
            .map(v -> new SerializedString(v.wireName()))
            .toArray(SerializableString[]::new);
    return (generator, value) -> generator.writeString(names[value.ordinal()]);
  }

  private static <V> List<V> list(JsonParser parser, String path, Field.Reader<V> reader)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedDocumentException(path, "is not a list");
    }
    List<V> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(reader.read(parser, path));
    }
    return List.copyOf(list);
  }

  private static <V> void array(JsonGenerator generator, List<V> list, Field.Writer<V> writer)
      throws IOException {
    generator.writeStartArray();
    for (V value : list) {
      writer.write(generator, value);
    }
    generator.writeEndArray();
  }

  private static Map<String, String> readMap(JsonParser parser, String path) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedDocumentException(path, "is not an object");
    }
    Map<String, String> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new MalformedDocumentException(path, "holds a value that is not a string");
      }
      if (map.put(key, parser.getText()) != null) {
        throw new MalformedDocumentException(path, "holds a key twice");
      }
    }
    return Map.copyOf(map);
  }

  private static <V> @Nullable List<V> emptyAsNull(List<V> list) {
    return list.isEmpty() ? null : list;
  }
}
