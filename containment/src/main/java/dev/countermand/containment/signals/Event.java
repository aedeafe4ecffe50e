package dev.countermand.containment.signals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.runtime.config.SignalSettings;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Something that receivers are told.
 *
 * @param source what it is made of: the same again on a repetition
 * @param time when it happened
 * @param kind what it is
 * @param agentId the agent it is about
 * @param transaction the same for all events of one cause
 * @param body the members of the event's type
 */
record Event(
    String source,
    Instant time,
    SignalSettings.Event kind,
    String agentId,
    String transaction,
    ObjectNode body) {
  private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";

  /** The type of a verification (Shared Signals Framework 1.0, section 8.1.4.1). */
  static final String VERIFICATION =
      "https://schemas.openid.net/secevent/ssf/event-type/verification";

  /** The URI of a kind (CAEP 1.0, section 3). */
  static String type(SignalSettings.Event kind) {
    return CAEP + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> types(List<SignalSettings.Event> kinds) {
    return kinds.stream().map(Event::type).toList();
  }

  String type() {
    return type(kind);
  }
}
