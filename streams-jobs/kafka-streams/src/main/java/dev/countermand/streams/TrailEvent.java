package dev.countermand.streams;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.Taken;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a credential, on its way to the partition of its fingerprint: exactly one of the
 * two.
 *
 * @param touch an agent saw or used it
 * @param taken containment took it away, or gave it back
 * @param extra fields of a newer schema, kept as they came
 */
record TrailEvent(@Nullable CredentialTouch touch, @Nullable Taken taken, Extra extra) {

  private static final DocumentCodec.Builder<TrailEvent> FIELDS =
      DocumentCodec.builder("trail event");
  private static final Field<TrailEvent, CredentialTouch> TOUCH =
      FIELDS.object("touch", CredentialTouch.CODEC, TrailEvent::touch);
  private static final Field<TrailEvent, Taken> TAKEN =
      FIELDS.object("taken", Taken.CODEC, TrailEvent::taken);

  static final DocumentCodec<TrailEvent> CODEC =
      FIELDS.build(v -> new TrailEvent(v.find(TOUCH), v.find(TAKEN), v.extra()), TrailEvent::extra);

  static TrailEvent of(CredentialTouch touch) {
    return new TrailEvent(touch, null, Extra.NONE);
  }

  static TrailEvent of(Taken taken) {
    return new TrailEvent(null, taken, Extra.NONE);
  }

  /** The credential it is about, which is its key. */
  String fingerprint() {
    return touch != null ? touch.fingerprint() : taken != null ? taken.fingerprint() : "";
  }
}
