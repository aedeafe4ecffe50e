package dev.countermand.streams;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** Records as their JSON documents. A null record is a tombstone. */
final class DocumentSerde {
  private DocumentSerde() {}

  /** Refuses a document that cannot be read with a SerializationException. */
  static <T> Serde<T> strict(DocumentCodec<T> codec) {
    return serde(codec, (topic, bytes) -> bytes == null ? null : read(codec::decode, bytes));
  }

  /**
   * Reads a document that cannot be read as absent. For stores that are restored byte by byte from
   * their source topic, where nothing refuses a record.
   */
  static <T> Serde<T> lenient(DocumentCodec<T> codec) {
    return lenient(codec, codec::decode);
  }

  /** The same for a table that is asked for the same few documents all the time. */
  static <T> Serde<T> remembering(DocumentCodec<T> codec) {
    return lenient(codec, new ReadDocuments<>(codec)::read);
  }

  private static <T> Serde<T> lenient(DocumentCodec<T> codec, Function<byte[], T> reading) {
    return serde(
        codec,
        (topic, bytes) -> {
          try {
            return bytes == null ? null : read(reading, bytes);
          } catch (SerializationException e) {
            return null;
          }
        });
  }

  private static <T> Serde<T> serde(
      DocumentCodec<T> codec, Deserializer<@Nullable T> deserializer) {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : codec.encode(value), deserializer);
  }

  private static <T> T read(Function<byte[], T> reading, byte[] bytes) {
    try {
      return reading.apply(bytes);
    } catch (MalformedDocumentException e) {
      throw new SerializationException(e.getMessage(), e);
    }
  }
}
