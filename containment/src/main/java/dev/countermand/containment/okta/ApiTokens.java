package dev.countermand.containment.okta;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Target;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The API tokens of an organisation. */
final class ApiTokens {
  static final String PATH = "api-tokens";
  private static final int MOST = 200;

  private final Api api;

  ApiTokens(Api api) {
    this.api = api;
  }

  /** Those, of the first 200, that a user got since what it is taken away for began. */
  String ofUserSince(Target target, String user) {
    Optional<Instant> since = target.since();
    if (since.isEmpty() || user.isEmpty()) {
      return "";
    }
    List<String> made = new ArrayList<>();
    for (JsonNode token : api.find(PATH + "?limit=" + MOST).orElseThrow()) {
      if (token.path("userId").asText("").equals(user) && !isBefore(token, since.get())) {
        made.add(token.path("id").asText(""));
      }
    }
    return made.isEmpty()
        ? ""
        : "; API tokens that user " + user + " got since: " + String.join(", ", made);
  }

  private static boolean isBefore(JsonNode token, Instant since) {
    try {
      return Instant.parse(token.path("created").asText("")).isBefore(since);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
