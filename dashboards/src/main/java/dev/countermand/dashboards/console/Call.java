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
 * @param query gives the parameters; null for those that are not there
 * @param body the JSON object that was sent; empty where there was none
 */
record Call(Session session, UnaryOperator<@Nullable String> query, JsonNode body) {
  /** Longest words to look for, in characters. */
  static final int MAX_WORD = 512;

  /** Longest id, in characters. Agents give themselves any. */
  static final int MAX_ID = 2_048;

  /** Largest body, in bytes. */
  static final int MAX_BODY = 64 * 1024;

  private static final int MAX_DIGITS = 9;
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  /**
   * An id that must be there. It is a parameter, since no path can hold every id: what stands for a
   * directory in it is resolved before it is sent.
   */
  String needed(String name) {
    String value = id(name);
    if (value == null) {
      throw invalid(name + " must have 1 to " + MAX_ID + " characters");
    }
    return value;
  }

  /** An id; null when it is not there or empty. */
  @Nullable String id(String name) {
    return parameter(name, MAX_ID);
  }

  /** A parameter; null when it is not there or empty. */
  @Nullable String word(String name) {
    return parameter(name, MAX_WORD);
  }

  private @Nullable String parameter(String name, int most) {
    String value = query.apply(name);
    if (value != null && value.length() > most) {
      throw invalid(name + " may have " + most + " characters");
    }
    return value == null || value.isEmpty() ? null : value;
  }

  /** How many are wanted, from 1 to a most. */
  int limit(int otherwise, int most) {
    String value = word("limit");
    if (value == null) {
      return otherwise;
    }
    int limit = isNumber(value, MAX_DIGITS) ? Integer.parseInt(value) : 0;
    if (limit >= 1 && limit <= most) {
      return limit;
    }
    throw invalid("limit must be 1 to " + most);
  }

  /** Whether a text is a number of at most so many digits; those of other scripts are not. */
  static boolean isNumber(String text, int digits) {
    return !text.isEmpty()
        && text.length() <= digits
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A moment that all who are asked can read: of a year of four digits; null when not there. */
  @Nullable Instant moment(String name) {
    String value = word(name);
    if (value == null) {
      return null;
    }
    try {
      Instant moment = Instant.parse(value);
      if (!moment.isBefore(FIRST) && !moment.isAfter(LAST)) {
        return moment;
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw invalid(name + " must be an ISO instant in UTC, of the years 1 to 9999");
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
