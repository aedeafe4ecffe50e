package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.runtime.http.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;

/**
 * What a console does not do on the topics of a replay: it changes nothing there, and nothing of it
 * is indexed. What the index of the deployment has is not asked for: it knows how the story ends.
 */
final class Replay {
  private static final Duration AHEAD = Duration.ofDays(365);

  private Replay() {}

  /** Said instead of an answer of the index. */
  static final class NotIndexed extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    NotIndexed() {
      super(new IOException("a replay is not indexed"));
    }
  }

  /**
   * All of its time; what is played faster than it happened, moved to now, is ahead of the clock.
   */
  static Selection always(InstantSource clock) {
    return Selection.in(Instant.EPOCH, clock.instant().plus(AHEAD));
  }

  /** Refuses what people would do. */
  static Reply act(Call call) {
    throw new Refusal(
        409,
        "CONSOLE_REPLAY",
        "This is a replay: what happened cannot be answered, contained or released any more.");
  }

  /** Refuses what only the index could answer. */
  static Reply look(Call call) {
    throw new Refusal(
        409,
        "CONSOLE_REPLAY",
        "This is a replay, which is not indexed: its timelines are read from Kafka, and nothing can"
            + " be searched for.");
  }

  /** An index without an answer. */
  static JsonNode search(Collection<DataStream> streams, ObjectNode query) {
    throw new NotIndexed();
  }
}
