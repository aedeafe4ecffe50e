package dev.countermand.dashboards.console;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import dev.countermand.dashboards.console.Live.Event;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one browser is told. Nothing is handed to the connection before it has taken what came
 * before; what waits meanwhile is bounded. Thread-safe.
 */
final class LiveStream {
  /** Events that are written together. */
  private static final int TOGETHER = 64;

  private final HttpResponseWriter writer;
  private final String owner;
  private final @Nullable String agent;
  private final BooleanSupplier isAllowed;
  private final Deque<Event> waiting = new ArrayDeque<>();
  private String comment = "";
  private long leftOut;
  private boolean isWriting;

  LiveStream(
      HttpResponseWriter writer, String owner, @Nullable String agent, BooleanSupplier isAllowed) {
    this.writer = writer;
    this.owner = owner;
    this.agent = agent;
    this.isAllowed = isAllowed;
  }

  /** Takes an event, which {@link #write} then writes; of too many the oldest are left out. */
  synchronized void offer(Event event) {
    if (!event.isFor(agent)) {
      return;
    }
    waiting.add(event);
    if (waiting.size() > Live.MAX_BEHIND) {
      waiting.remove();
      leftOut++;
    }
  }

  /** Notes that events are lost to it. */
  synchronized void miss(long events) {
    leftOut += events;
  }

  /** Takes a line that browsers do not show. */
  synchronized void comment(String line) {
    comment = ": " + line + "\n\n";
  }

  /** Whose it is. */
  String owner() {
    return owner;
  }

  boolean isAllowed() {
    return isAllowed.getAsBoolean();
  }

  /** Writes what waits, if nothing else is being written. */
  void write() {
    String text;
    synchronized (this) {
      text = isWriting ? "" : next();
      if (text.isEmpty()) {
        return;
      }
      isWriting = true;
    }
    if (writer.tryWrite(HttpData.ofUtf8(text))) {
      var unused =
          writer
              .whenConsumed()
              .thenRun(
                  () -> {
                    synchronized (this) {
                      isWriting = false;
                    }
                    write();
                  });
    }
  }

  private String next() {
    StringBuilder text = new StringBuilder(comment);
    comment = "";
    if (leftOut > 0) {
      text.append("event: overflow\ndata: ").append(Live.leftOut(leftOut)).append("\n\n");
      leftOut = 0;
    }
    for (int i = 0; i < TOGETHER && !waiting.isEmpty(); i++) {
      waiting.remove().writeTo(text);
    }
    return text.toString();
  }

  /**
   * Ends it, and says that another of its owner's took its place, so that it is not opened anew.
   */
  void displace() {
    synchronized (this) {
      waiting.clear();
      leftOut = 0;
      comment = "event: displaced\ndata: {}\n\n";
    }
    write();
    close();
  }

  void close() {
    writer.close();
  }
}
