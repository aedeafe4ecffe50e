package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.dashboards.console.Sessions.Session;
import dev.countermand.runtime.http.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request of somebody who is signed in and may make it.
 *
 * @param session who it is
 * @param path gives the variable parts of the path; null for others
 * @param query gives the parameters; null for those that are not there
 * @param body the JSON object that was sent; empty where there was none
 */
record Call(
    Session session,
    UnaryOperator<@Nullable String> path,
    UnaryOperator<@Nullable String> query,
    JsonNode body) {
  /** Longest id, name or word to look for, in characters. */
  static final int MAX_WORD = 512;

  /** A part of the path that is always there. */
  String part(String name) {
    String value = path.apply(name);
    if (value == null || value.isEmpty() || value.length() > MAX_WORD) {
      throw invalid(name + " must have 1 to " + MAX_WORD + " characters");
    }
    return value;
  }

  /** A parameter; null when it is not there or empty. */
  @Nullable String word(String name) {
    String value = query.apply(name);
    if (value != null && value.length() > MAX_WORD) {
      throw invalid(name + " may have " + MAX_WORD + " characters");
    }
    return value == null || value.isEmpty() ? null : value;
  }

  /** How many are wanted, from 1 to a most. */
  int limit(int otherwise, int most) {
    String value = word("limit");
    if (value == null) {
      return otherwise;
    }
    try {
      int limit = Integer.parseInt(value);
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw invalid("limit must be 1 to " + most);
  }

  /** A moment; null when it is not there. */
  @Nullable Instant moment(String name) {
    String value = word(name);
    try {
      return value == null ? null : Instant.parse(value);
    } catch (DateTimeException e) {
      throw invalid(name + " must be an ISO instant in UTC");
    }
  }

  /** A text of the body that must be there. */
  String text(String name, int most) {
    JsonNode value = body.path(name);
    if (!value.isTextual() || value.textValue().isBlank() || value.textValue().length() > most) {
      throw invalid(name + " must be a text of 1 to " + most + " characters");
    }
    return value.textValue();
  }

  static Refusal invalid(String why) {
    return new Refusal(400, "CONSOLE_REQUEST_INVALID", "The request cannot be used: " + why + ".");
  }
}
