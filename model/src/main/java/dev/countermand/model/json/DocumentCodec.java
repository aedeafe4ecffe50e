package dev.countermand.model.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
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
  private final List<Field<T, ?>> derived;
  private final Function<Values<T>, T> factory;
  private final Function<T, Extra> extraOf;

  DocumentCodec(
      String name,
      Node root,
      List<Field<T, ?>> fields,
      Function<Values<T>, T> factory,
      Function<T, Extra> extraOf) {
    this.name = name;
    this.root = root.closed();
    this.fields = List.copyOf(fields);
    this.derived = fields.stream().filter(Field::isDerived).toList();
    this.factory = factory;
    this.extraOf = extraOf;
  }

  /** Starts the declaration of a record's document. */
  public static <T> Builder<T> builder(String name) {
    return new Builder<>(name);
  }

  /** What the document is called in messages, for instance {@code Action}. */
  public String name() {
    return name;
  }

  /** Every field of the document by its dotted path, those of nested documents included. */
  public Map<String, FieldType> fields() {
    Map<String, FieldType> all = new TreeMap<>();
    fields.forEach(field -> all.putAll(field.types()));
    root.constants(all);
    return Collections.unmodifiableMap(all);
  }

  /**
   * The record as UTF-8 JSON. Half of a surrogate pair, which UTF-8 cannot hold and an agent can
   * send, is written as an escape in a value and as U+FFFD in a name.
   */
  public byte[] encode(T record) {
    Bytes out = new Bytes();
    try (JsonGenerator generator = new WellFormedNames(Json.documents().createGenerator(out))) {
      write(generator, record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * The record in UTF-8 JSON.
   *
   * @throws MalformedDocumentException when it is no JSON, has a field twice, or is not of this
   *     record
   */
  public T decode(byte[] json) {
    if (isOtherUnicode(json)) {
      throw new MalformedDocumentException("", name + " is not UTF-8");
    }
    try (JsonParser parser = Json.documents().createParser(json)) {
      parser.nextToken();
      T record = read(parser);
      if (parser.nextToken() != null) {
        throw new MalformedDocumentException("", name + " has text after its end");
      }
      return record;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Whether a parser would take the bytes for UTF-16 or UTF-32: by a zero or a mark in front. */
  private static boolean isOtherUnicode(byte[] json) {
    return json.length >= 2 && (json[0] == 0 || json[1] == 0 || (json[0] & 0xFF) >= 0xFE);
  }

  /** The record as a tree. */
  public ObjectNode toTree(T record) {
    try (TokenBuffer buffer = new TokenBuffer(Json.documents(), false)) {
      write(buffer, record);
      try (JsonParser parser = buffer.asParser()) {
        return Json.documents().readTree(parser);
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
    try (JsonParser parser = Json.documents().treeAsTokens(tree)) {
      parser.nextToken();
      return read(parser);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private MalformedDocumentException unreadable(IOException e) {
    JsonLocation at = e instanceof JsonProcessingException json ? json.getLocation() : null;
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    // The parser's own message quotes the input, which may hold a secret.
    return new MalformedDocumentException("", name + " is not readable JSON" + where);
  }

  T read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedDocumentException("", name + " is not a JSON object");
    }
    @Nullable Object[] values = new Object[fields.size()];
    ObjectNode unknown = readObject(parser, root, values);
    T record = factory.apply(new Values<>(values, Extra.of(unknown)));
    return derived.isEmpty() ? record : keepDerived(record, values, unknown);
  }

  /** The record as part of another document, where it stands at a path. */
  T read(JsonParser parser, String path) throws IOException {
    try {
      return read(parser);
    } catch (MalformedDocumentException e) {
      throw e.below(path);
    }
  }

  /** A derived field that says something else than this version would is kept like an unknown. */
  private T keepDerived(T record, @Nullable Object[] values, @Nullable ObjectNode unknown) {
    ObjectNode kept = unknown;
    for (Field<T, ?> field : derived) {
      Object read = values[field.index()];
      if (read instanceof JsonNode node && !node.equals(field.of(record))) {
        kept = kept == null ? Json.documents().createObjectNode() : kept;
        String[] steps = field.path().split("\\.", -1);
        ObjectNode parent = kept;
        for (int i = 0; i < steps.length - 1; i++) {
          parent = parent.withObjectProperty(steps[i]);
        }
        parent.set(steps[steps.length - 1], node);
      }
    }
    return kept == null ? record : factory.apply(new Values<>(values, Extra.of(kept)));
  }

  private @Nullable ObjectNode readObject(JsonParser parser, Node node, @Nullable Object[] values)
      throws IOException {
    ObjectNode unknown = null;
    long seen = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      Node child = node.children.get(field);
      JsonToken token = parser.nextToken();
      JsonNode kept;
      if (child == null) {
        if (unknown != null && unknown.has(field)) {
          throw new MalformedDocumentException(node.path, "has an unknown field twice");
        }
        kept = Trees.read(parser);
      } else {
        if ((seen & (1L << child.ordinal)) != 0) {
          // Two readers could take different ones of the two.
          throw new MalformedDocumentException(child.path, "is there twice");
        }
        seen |= 1L << child.ordinal;
        kept = token == JsonToken.VALUE_NULL ? null : readKnown(parser, child, values);
      }
      if (kept != null) {
        unknown = unknown == null ? Json.documents().createObjectNode() : unknown;
        unknown.set(field, kept);
      }
    }
    return unknown;
  }

  /** Reads a place the record knows; returns what it does not know of it. */
  private @Nullable JsonNode readKnown(JsonParser parser, Node place, @Nullable Object[] values)
      throws IOException {
    if (place.field != null) {
      values[place.field.index()] = place.field.read(parser);
      return null;
    }
    if (place.constant != null) {
      JsonNode read = Trees.read(parser);
      return read.equals(place.constant) ? null : read;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedDocumentException(place.path, "is not an object");
    }
    return readObject(parser, place, values);
  }

  void write(JsonGenerator generator, T record) throws IOException {
    writeObject(generator, root, record, extraOf.apply(record).tree());
  }

  private void writeObject(
      JsonGenerator generator, Node node, T record, @Nullable ObjectNode unknown)
      throws IOException {
    generator.writeStartObject();
    for (Node child : node.places()) {
      JsonNode kept = unknown == null ? null : unknown.get(child.name.getValue());
      if (kept == null && child.constant != null) {
        generator.writeFieldName(child.name);
        writeConstant(generator, child, child.constant);
      } else if (kept != null && (child.constant != null || child.field != null)) {
        generator.writeFieldName(child.name);
        Trees.write(generator, kept);
      } else if (child.field != null) {
        writeField(generator, child.name, child.field, record, null);
      } else if (kept != null) {
        generator.writeFieldName(child.name);
        writeObject(generator, child, record, kept instanceof ObjectNode o ? o : null);
      } else {
        writeIfPresent(generator, child, record, null);
      }
    }
    if (unknown != null) {
      for (Map.Entry<String, JsonNode> entry : unknown.properties()) {
        if (!node.children.containsKey(entry.getKey())) {
          generator.writeFieldName(entry.getKey());
          Trees.write(generator, entry.getValue());
        }
      }
    }
    generator.writeEndObject();
  }

  private static void writeConstant(JsonGenerator generator, Node place, JsonNode constant)
      throws IOException {
    if (place.text != null) {
      generator.writeString(place.text);
    } else {
      Trees.write(generator, constant);
    }
  }

  @SuppressWarnings("unchecked") // a codec's nodes hold fields of its own record only
  private static <T, V> void writeField(
      JsonGenerator generator,
      SerializableString name,
      Field<?, V> untyped,
      T record,
      @Nullable Opening in)
      throws IOException {
    Field<T, V> field = (Field<T, V>) untyped;
    V value = field.of(record);
    if (value != null) {
      if (in != null) {
        in.open(generator);
      }
      generator.writeFieldName(name);
      field.write(generator, value);
    }
  }

  /** Writes an object if any of it is there, and asks the record once for each of its fields. */
  private static <T> void writeIfPresent(
      JsonGenerator generator, Node place, T record, @Nullable Opening above) throws IOException {
    Opening own = new Opening(place.name, above);
    for (Node child : place.places()) {
      if (child.constant != null) {
        own.open(generator);
        generator.writeFieldName(child.name);
        writeConstant(generator, child, child.constant);
      } else if (child.field != null) {
        writeField(generator, child.name, child.field, record, own);
      } else {
        writeIfPresent(generator, child, record, own);
      }
    }
    if (own.isOpen) {
      generator.writeEndObject();
    }
  }

  /** The beginning of an object, which is written before the first that is in it. */
  private static final class Opening {
    private final SerializableString name;
    private final @Nullable Opening above;
    private boolean isOpen;

    Opening(SerializableString name, @Nullable Opening above) {
      this.name = name;
      this.above = above;
    }

    void open(JsonGenerator generator) throws IOException {
      if (isOpen) {
        return;
      }
      if (above != null) {
        above.open(generator);
      }
      generator.writeFieldName(name);
      generator.writeStartObject();
      isOpen = true;
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
