package dev.countermand.streams;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.ByteBuffer;

/**
 * Documents that were read last, found again by their bytes: the store of a table holds bytes, the
 * same few are asked for all the time, and reading JSON is dearer than finding it. Whoever changes
 * the store needs to tell nobody. Up to {@value #MAX_BYTES} bytes of JSON are kept. Thread-safe;
 * nobody may change the bytes afterwards.
 */
final class ReadDocuments<T> {
  private static final int MAX_BYTES = 4 << 20;

  private final DocumentCodec<T> codec;
  private final Cache<ByteBuffer, T> known =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((ByteBuffer bytes, T document) -> bytes.capacity())
          .executor(Runnable::run)
          .build();

  ReadDocuments(DocumentCodec<T> codec) {
    this.codec = codec;
  }

  /**
   * The document of these bytes.
   *
   * @throws MalformedDocumentException when they are none; that is not remembered
   */
  T read(byte[] json) {
    return known.get(ByteBuffer.wrap(json), bytes -> codec.decode(json));
  }
}
