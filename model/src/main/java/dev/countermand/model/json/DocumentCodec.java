package dev.countermand.model.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a record as a nested JSON document, in one pass without a tree. Fields the
 * record does not know are kept in its {@link Extra} and written back where they stood. Immutable
 * and thread-safe.
 *
 * @param <T> the record
 */
public final class DocumentCodec<T> {
  private final String name;
  private final Node root;
  private final List<Field<T, ?>> fields;
  private final Function<Values<T>, T> factory;
  private final Function<T, Extra> extraOf;

  DocumentCodec(
      String name,
      Node root,
      List<Field<T, ?>> fields,
      Function<Values<T>, T> factory,
      Function<T, Extra> extraOf) {
    this.name = name;
    this.root = root;
    this.fields = List.copyOf(fields);
    this.factory = factory;
    this.extraOf = extraOf;
  }

  /** Starts the declaration of a record's document. */
  public static <T> Builder<T> builder(String name) {
    return new Builder<>(name);
  }

  /** What the document is called in messages, for instance {@code action}. */
  public String name() {
    return name;
  }

  /** Every field of the document by its dotted path, those of nested documents included. */
  public Map<String, FieldType> fields() {
    Map<String, FieldType> all = new TreeMap<>();
    fields.forEach(field -> all.putAll(field.types()));
    root.constants(all, new ArrayDeque<>());
    return Collections.unmodifiableMap(all);
  }

  /** The record as UTF-8 JSON. */
  public byte[] encode(T record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator generator = Json.mapper().createGenerator(out)) {
      write(generator, record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * The record in UTF-8 JSON.
   *
   * @throws MalformedDocumentException when it is no JSON, or not of this record
   */
  public T decode(byte[] json) {
    try (JsonParser parser = Json.mapper().createParser(json)) {
      parser.nextToken();
      T record = read(parser);
      if (parser.nextToken() != null) {
        throw new MalformedDocumentException("", "has text after its end");
      }
      return record;
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record as a tree. */
  public ObjectNode toTree(T record) {
    try (TokenBuffer buffer = new TokenBuffer(Json.mapper(), false)) {
      write(buffer, record);
      try (JsonParser parser = buffer.asParser()) {
        return Json.mapper().readTree(parser);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The record in a tree.
   *
   * @throws MalformedDocumentException when it is not of this record
   */
  public T fromTree(JsonNode tree) {
    try (JsonParser parser = Json.mapper().treeAsTokens(tree)) {
      parser.nextToken();
      return read(parser);
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MalformedDocumentException unreadable(JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " at line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr();
    // The parser's own message quotes the input, which may hold a secret.
    return new MalformedDocumentException("", name + " is not readable JSON" + where);
  }

  T read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedDocumentException("", name + " is not a JSON object");
    }
    @Nullable Object[] values = new Object[fields.size()];
    ObjectNode unknown = readObject(parser, root, values);
    return factory.apply(new Values<>(values, Extra.of(unknown)));
  }

  private @Nullable ObjectNode readObject(JsonParser parser, Node node, @Nullable Object[] values)
      throws IOException {
    ObjectNode unknown = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      Node child = node.children.get(field);
      JsonToken token = parser.nextToken();
      JsonNode kept = null;
      if (child == null) {
        kept = parser.readValueAsTree();
      } else if (token == JsonToken.VALUE_NULL) {
        continue;
      } else if (child.field != null) {
        values[child.field.index()] = child.field.read(parser);
      } else if (child.constant != null) {
        JsonNode read = parser.readValueAsTree();
        kept = read.equals(child.constant) ? null : read;
      } else if (token == JsonToken.START_OBJECT) {
        kept = readObject(parser, child, values);
      } else {
        throw new MalformedDocumentException(child.path, "is not an object");
      }
      if (kept != null) {
        unknown = unknown == null ? Json.mapper().createObjectNode() : unknown;
        unknown.set(field, kept);
      }
    }
    return unknown;
  }

  void write(JsonGenerator generator, T record) throws IOException {
    writeObject(generator, root, record, extraOf.apply(record).tree());
  }

  private void writeObject(
      JsonGenerator generator, Node node, T record, @Nullable ObjectNode unknown)
      throws IOException {
    generator.writeStartObject();
    for (Map.Entry<String, Node> entry : node.children.entrySet()) {
      Node child = entry.getValue();
      JsonNode kept = unknown == null ? null : unknown.get(entry.getKey());
      if (child.field != null) {
        writeField(generator, entry.getKey(), child.field, record);
      } else if (child.constant != null) {
        generator.writeFieldName(entry.getKey());
        generator.writeTree(kept == null ? child.constant : kept);
      } else if (present(child, record) || kept != null) {
        generator.writeFieldName(entry.getKey());
        writeObject(generator, child, record, kept instanceof ObjectNode o ? o : null);
      }
    }
    if (unknown != null) {
      for (Map.Entry<String, JsonNode> entry : unknown.properties()) {
        if (!node.children.containsKey(entry.getKey())) {
          generator.writeFieldName(entry.getKey());
          generator.writeTree(entry.getValue());
        }
      }
    }
    generator.writeEndObject();
  }

  @SuppressWarnings("unchecked") // a codec's nodes hold fields of its own record only
  private static <T, V> void writeField(
      JsonGenerator generator, String name, Field<?, V> untyped, T record) throws IOException {
    Field<T, V> field = (Field<T, V>) untyped;
    V value = field.of(record);
    if (value != null) {
      generator.writeFieldName(name);
      field.write(generator, value);
    }
  }

  @SuppressWarnings("unchecked") // as above
  private boolean present(Node node, T record) {
    for (Node child : node.children.values()) {
      if (child.constant != null
          || (child.field != null && ((Field<T, ?>) child.field).of(record) != null)
          || present(child, record)) {
        return true;
      }
    }
    return false;
  }

  /** A place in the document: a field, a constant, or an object with places of its own. */
  static final class Node {
    final Map<String, Node> children = new java.util.LinkedHashMap<>();
    final String path;
    @Nullable Field<?, ?> field;
    @Nullable JsonNode constant;

    Node(String path) {
      this.path = path;
    }

    Node at(String dotted) {
      Node node = this;
      for (String step : dotted.split("\\.")) {
        String below = node.path.isEmpty() ? step : node.path + "." + step;
        node = node.children.computeIfAbsent(step, s -> new Node(below));
      }
      if (node.field != null || node.constant != null) {
        throw new IllegalArgumentException("the field " + dotted + " is declared twice");
      }
      return node;
    }

    void constants(Map<String, FieldType> all, Deque<String> above) {
      children.forEach(
          (step, child) -> {
            above.addLast(step);
            if (child.constant != null) {
              all.put(
                  String.join(".", above),
                  child.constant.isNumber() ? FieldType.LONG : FieldType.KEYWORD);
            }
            child.constants(all, above);
            above.removeLast();
          });
    }
  }

  /**
   * Declares the fields of a document. Fields are written in the order they are declared.
   *
   * @param <T> the record
   */
  public static final class Builder<T> extends FieldDeclarations<T> {
    private Builder(String name) {
      super(name);
    }
  }
}
