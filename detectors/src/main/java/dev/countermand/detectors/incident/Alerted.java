package dev.countermand.detectors.incident;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;

/**
 * An alert that was raised.
 *
 * @param key of the kind and what it is about
 * @param time when
 * @param extra fields of a newer schema, kept as they came
 */
record Alerted(String key, Instant time, Extra extra) {
  private static final DocumentCodec.Builder<Alerted> FIELDS = DocumentCodec.builder("alerted");
  private static final Field<Alerted, String> KEY = FIELDS.string("key", Alerted::key);
  private static final Field<Alerted, Instant> TIME = FIELDS.instant("time", Alerted::time);

  static final DocumentCodec<Alerted> CODEC =
      FIELDS.build(v -> new Alerted(v.get(KEY), v.get(TIME), v.extra()), Alerted::extra);
}
