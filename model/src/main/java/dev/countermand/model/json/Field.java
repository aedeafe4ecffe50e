package dev.countermand.model.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One field of a record's document: where it stands, how it is read and written.
 *
 * @param <T> the record
 * @param <V> the value
 */
public final class Field<T, V> {

  /** Reads a value; the parser stands on its first token, and is left on its last. */
  @FunctionalInterface
  interface Reader<V> {
    V read(JsonParser parser, String path) throws IOException;
  }

  /** Writes a value that is not null. */
  @FunctionalInterface
  interface Writer<V> {
    void write(JsonGenerator generator, V value) throws IOException;
  }

  private final String path;
  private final int index;
  private final Map<String, FieldType> types;
  private final Function<T, @Nullable V> getter;
  private final Reader<V> reader;
  private final Writer<V> writer;
  private final boolean derived;

  Field(
      String path,
      int index,
      Map<String, FieldType> types,
      Function<T, @Nullable V> getter,
      Reader<V> reader,
      Writer<V> writer,
      boolean derived) {
    this.path = path;
    this.index = index;
    this.types = types;
    this.getter = getter;
    this.reader = reader;
    this.writer = writer;
    this.derived = derived;
  }

  /** The dotted path of the field in the document. */
  public String path() {
    return path;
  }

  /** Whether the record computes it and no part of the record holds it. */
  boolean isDerived() {
    return derived;
  }

  int index() {
    return index;
  }

  Map<String, FieldType> types() {
    return types;
  }

  @Nullable V of(T record) {
    return getter.apply(record);
  }

  V read(JsonParser parser) throws IOException {
    return reader.read(parser, path);
  }

  void write(JsonGenerator generator, V value) throws IOException {
    writer.write(generator, value);
  }
}
