package dev.countermand.streams.flink.backtest;

import dev.countermand.model.Finding;
import org.jspecify.annotations.Nullable;

/**
 * A document on its way through the job, under the id of its agent, the fingerprint of its
 * credential or the name of its group. A class that Flink's own serializer knows.
 */
public final class Event {
  /** What the document is. */
  static final int ACTION = 0;

  static final int TOUCH = 1;
  static final int TAKEN = 2;
  static final int FINDING = 3;
  static final int UNREADABLE = 4;
  static final int HEARD = 5;

  /** The agent, the fingerprint or the group. */
  public String key;

  /** One of the constants above. */
  public int kind;

  /** When it happened, in milliseconds. */
  public long time;

  /** Orders those of one millisecond: the id of the action, the order or the finding. */
  public String order;

  /** The document as JSON; none of what cannot be read. */
  public byte[] document;

  /** For Flink. */
  public Event() {
    this("", UNREADABLE, 0, "", null);
  }

  Event(String key, int kind, long time, String order, byte @Nullable [] document) {
    this.key = key;
    this.kind = kind;
    this.time = time;
    this.order = order;
    this.document = document == null ? new byte[0] : document;
  }

  /** A finding about what happened at a time, in milliseconds. */
  static Event of(Finding finding, long time) {
    return new Event(finding.agentId(), FINDING, time, finding.id(), Finding.CODEC.encode(finding));
  }
}
