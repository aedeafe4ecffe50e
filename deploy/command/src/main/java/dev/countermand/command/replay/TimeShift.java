package dev.countermand.command.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Moves every moment in documents by one span, so that the first document happens when it is
 * played. The distances between them stay. For one thread.
 */
public final class TimeShift {
  private final InstantSource clock;
  private final boolean moves;
  private final Map<Kind, List<String>> paths = new EnumMap<>(Kind.class);
  private @Nullable Duration by;

  private TimeShift(InstantSource clock, boolean moves) {
    this.clock = clock;
    this.moves = moves;
  }

  /** Leaves every moment as it was. */
  public static TimeShift none() {
    return new TimeShift(InstantSource.system(), false);
  }

  /** The first document happens now. */
  public static TimeShift toNow(InstantSource clock) {
    return new TimeShift(clock, true);
  }

  /** The document of a record as it is played: the same bytes where nothing is moved. */
  byte[] bytes(Moment moment) {
    try {
      return moves ? Json.mapper().writeValueAsBytes(tree(moment)) : moment.message().value();
    } catch (IOException e) {
      throw new UncheckedIOException("a document that was read cannot fail to be written", e);
    }
  }

  /** The same as a tree. */
  JsonNode tree(Moment moment) {
    try {
      JsonNode document = Json.mapper().readTree(moment.message().value());
      if (moves) {
        if (by == null) {
          by = Duration.between(moment.time(), clock.instant());
        }
        for (String path : paths.computeIfAbsent(moment.kind(), Kind::moments)) {
          move(document, path, by);
        }
      }
      return document;
    } catch (IOException e) {
      throw new UncheckedIOException("a document that was read cannot fail to be read", e);
    }
  }

  private static void move(JsonNode node, String path, Duration by) {
    if (node instanceof ArrayNode array) {
      array.forEach(element -> move(element, path, by));
      return;
    }
    int dot = path.indexOf('.');
    if (dot >= 0) {
      move(node.path(path.substring(0, dot)), path.substring(dot + 1), by);
    } else if (node instanceof ObjectNode object && object.path(path).isTextual()) {
      object.put(path, moved(object.path(path).textValue(), by));
    }
  }

  private static String moved(String text, Duration by) {
    try {
      return Instant.parse(text).plus(by).toString();
    } catch (DateTimeException | ArithmeticException e) {
      // Not a moment after all: it stays as it is.
      return text;
    }
  }
}
