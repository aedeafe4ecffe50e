package dev.countermand.streams;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The documents of a store that were read or written last, by their keys. The store holds bytes,
 * and reading JSON is dearer than comparing it: a document is given again while its bytes are the
 * same, so whoever else changes the store needs to tell nobody. Those used longest ago are
 * forgotten beyond {@value #MAX_BYTES} bytes of JSON. For one thread; nobody may change the bytes
 * afterwards.
 */
final class LatestDocuments<T> {
  static final int MAX_BYTES = 4 << 20;

  private record Known<T>(byte[] json, T document) {}

  private final DocumentCodec<T> codec;
  private final Map<String, Known<T>> known = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  LatestDocuments(DocumentCodec<T> codec) {
    this.codec = codec;
  }

  /** The document that was read or written last under that key, if it is not forgotten. */
  Optional<T> last(String key) {
    return Optional.ofNullable(known.get(key)).map(Known::document);
  }

  /** The same, where these are its bytes. */
  Optional<T> last(String key, byte[] json) {
    Known<T> found = known.get(key);
    return found != null && Arrays.equals(found.json(), json)
        ? Optional.of(found.document())
        : Optional.empty();
  }

  /**
   * The document of these bytes, which stand under that key.
   *
   * @throws MalformedDocumentException when they are none; that is not remembered
   */
  T read(String key, byte[] json) {
    return last(key, json).orElseGet(() -> decoded(key, json));
  }

  private T decoded(String key, byte[] json) {
    T document = codec.decode(json);
    remember(key, json, document);
    return document;
  }

  /** The bytes of a document, which will be asked for soon under that key. */
  byte[] write(String key, T document) {
    byte[] json = codec.encode(document);
    remember(key, json, document);
    return json;
  }

  private void remember(String key, byte[] json, T document) {
    Known<T> before = known.put(key, new Known<>(json, document));
    bytes += json.length - (before == null ? 0 : before.json().length);
    Iterator<Known<T>> eldest = known.values().iterator();
    while (bytes > MAX_BYTES && eldest.hasNext()) {
      bytes -= eldest.next().json().length;
      eldest.remove();
    }
  }
}
