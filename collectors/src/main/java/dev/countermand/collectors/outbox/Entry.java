package dev.countermand.collectors.outbox;

import dev.countermand.collectors.spool.SpoolRecord;
import java.util.concurrent.CompletableFuture;

/** A record on its way, and the promise made for it. */
final class Entry {
  /** How much of the spool records may fill that nobody waits for. */
  static final double SHARE_OF_LESSER = 0.5;

  final SpoolRecord message;
  final double share;
  final CompletableFuture<Receipt> receipt = new CompletableFuture<>();

  Entry(SpoolRecord message, double share) {
    this.message = message;
    this.share = share;
  }

  int size() {
    return message.value().length + 512;
  }
}
