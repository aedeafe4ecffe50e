package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells browsers what happens, as server-sent events. The last ones are kept, so that a browser
 * that was away for a moment misses none. Bounded in streams, and in what each may be behind; one
 * that is further behind is told how many it missed. Thread-safe.
 */
final class Live implements AutoCloseable {
  static final int MAX_STREAMS = 64;

  /** Most streams of one person; the one that was opened first gives way. */
  static final int MAX_OWN = 8;

  static final int KEPT = 2_000;

  /** Most events that one stream may be behind. */
  static final int MAX_BEHIND = KEPT + 500;

  private static final ResponseHeaders HEADERS =
      ResponseHeaders.builder(HttpStatus.OK)
          .contentType(MediaType.EVENT_STREAM)
          .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
          .set("x-accel-buffering", "no")
          .build();

  private final Deque<Event> kept = new ArrayDeque<>();
  private final List<LiveStream> streams = new CopyOnWriteArrayList<>();
  private final long first;
  private long last;
  private boolean isClosed;

  /**
   * @param start greater than that of any run before, so that ids grow from run to run
   */
  Live(long start) {
    this.first = start;
    this.last = start;
  }

  /**
   * Something that happened.
   *
   * @param agent whom it is about; null for what all are told
   */
  record Event(long id, String type, @Nullable String agent, String json) {
    boolean isFor(@Nullable String filter) {
      return filter == null || agent == null || filter.equals(agent);
    }

    void writeTo(StringBuilder text) {
      text.append("id: ").append(id).append("\nevent: ").append(type);
      text.append("\ndata: ").append(json).append("\n\n");
    }
  }

  /** Tells every stream that wants to know. */
  void publish(String type, @Nullable String agent, JsonNode data) {
    // One line: JSON has line breaks only where it is made to look nice.
    String json = data.toString();
    List<LiveStream> told;
    synchronized (this) {
      Event event = new Event(++last, type, agent, json);
      kept.add(event);
      if (kept.size() > KEPT) {
        kept.remove();
      }
      streams.forEach(stream -> stream.offer(event));
      told = List.copyOf(streams);
    }
    told.forEach(LiveStream::write);
  }

  /**
   * Opens a stream. Of a person who has too many, and of the one who has most where there are too
   * many at all, the first gives way: nobody can keep others from being told.
   *
   * @param owner who it is
   * @param agent about whom; null for all
   * @param after the last event that the browser has; null for none, so that it is told what comes
   * @param isAllowed whether whoever opened it may still be told
   * @throws Refusal CONSOLE_STREAMS_FULL
   */
  HttpResponse open(
      String owner, @Nullable String agent, @Nullable Long after, BooleanSupplier isAllowed) {
    HttpResponseWriter writer = HttpResponse.streaming();
    LiveStream stream = new LiveStream(writer, owner, agent, isAllowed);
    LiveStream displaced;
    synchronized (this) {
      displaced = displacedBy(owner);
      if (after == null) {
        // It knows then where to go on, should it be cut off before anything happens.
        stream.offer(new Event(last, "begin", null, "{}"));
      } else {
        resume(stream, after);
      }
      // Before anybody else can write to it.
      writer.write(HEADERS);
      streams.add(stream);
    }
    var unused = writer.whenComplete().whenComplete((done, e) -> streams.remove(stream));
    stream.comment("follows");
    stream.write();
    if (displaced != null) {
      displaced.displace();
    }
    return writer;
  }

  /** Makes room: takes out the stream that gives way, and returns it; null where none must. */
  private @Nullable LiveStream displacedBy(String owner) {
    Map<String, List<LiveStream>> owned =
        streams.stream().collect(Collectors.groupingBy(LiveStream::owner));
    List<LiveStream> own = owned.getOrDefault(owner, List.of());
    List<LiveStream> most = own;
    for (List<LiveStream> one : owned.values()) {
      most = one.size() > most.size() ? one : most;
    }
    boolean isFull = streams.size() >= MAX_STREAMS;
    if (isClosed || (isFull && own.size() < MAX_OWN && most.size() <= own.size() + 1)) {
      throw new Refusal(
          429, "CONSOLE_STREAMS_FULL", "Too many pages follow what happens. Close some.");
    }
    if (own.size() < MAX_OWN && !isFull) {
      return null;
    }
    LiveStream first = (own.size() >= MAX_OWN ? own : most).get(0);
    streams.remove(first);
    return first;
  }

  private void resume(LiveStream stream, long after) {
    long oldest = kept.isEmpty() ? last + 1 : kept.element().id();
    if (after < first) {
      // Of a run before this one; how much it missed in between nobody knows.
      stream.miss(Math.max(1, oldest - 1 - first));
    } else if (after < oldest - 1) {
      stream.miss(oldest - 1 - after);
    }
    kept.stream().filter(event -> event.id() > after).forEach(stream::offer);
  }

  /** Keeps connections open, and closes those of people who may not be told any more. */
  void beat() {
    for (LiveStream stream : List.copyOf(streams)) {
      if (stream.isAllowed()) {
        stream.comment("still here");
        stream.write();
      } else {
        stream.close();
      }
    }
  }

  /** How many follow. */
  int streams() {
    return streams.size();
  }

  @Override
  public void close() {
    List<LiveStream> open;
    synchronized (this) {
      isClosed = true;
      open = new ArrayList<>(streams);
    }
    open.forEach(LiveStream::close);
  }

  /** The data of the event that says how many were left out. */
  static ObjectNode leftOut(long events) {
    return Json.mapper().createObjectNode().put("left_out", events);
  }
}
