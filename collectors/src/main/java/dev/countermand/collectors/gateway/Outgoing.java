package dev.countermand.collectors.gateway;

import dev.countermand.model.Action;

/**
 * An action and its document, encoded once.
 *
 * @param action redacted
 * @param bytes its document
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed after it is made
record Outgoing(Action action, byte[] bytes) {
  static Outgoing of(Action action) {
    return new Outgoing(action, Action.CODEC.encode(action));
  }
}
