package dev.countermand.containment.railway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.RevokerException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that Railway lists: those of whoever asks, or those of a project. */
final class Tokens {
  private static final int MOST_PAGES = 100;
  private static final String OF_WHO_ASKS =
      "query($after: String) { apiTokens(after: $after)"
          + " { edges { node { id name } } pageInfo { hasNextPage endCursor } } }";
  private static final String OF_A_PROJECT =
      "query($project: String!, $after: String)"
          + " { projectTokens(projectId: $project, after: $after)"
          + " { edges { node { id name createdAt } } pageInfo { hasNextPage endCursor } } }";

  private final GraphQl api;

  Tokens(GraphQl api) {
    this.api = api;
  }

  /**
   * A token that is listed.
   *
   * @param created null where Railway does not tell
   */
  record Listed(String id, String name, @Nullable Instant created) {}

  /**
   * What was looked at.
   *
   * @param isWhole whether these are all
   */
  record Seen(List<Listed> tokens, boolean isWhole) {
    boolean has(String id) {
      return tokens.stream().anyMatch(token -> token.id().equals(id));
    }
  }

  /**
   * As many as can be looked at within bounds.
   *
   * @param project whose they are; null for those of whoever asks
   */
  Seen list(@Nullable String project) {
    List<Listed> all = new ArrayList<>();
    Map<String, String> variables = new HashMap<>();
    if (project != null) {
      variables.put("project", project);
    }
    for (int page = 0; page < MOST_PAGES; page++) {
      JsonNode connection;
      try {
        connection =
            project == null
                ? api.require("apiTokens", OF_WHO_ASKS, variables)
                : api.require("projectTokens", OF_A_PROJECT, variables);
      } catch (RevokerException e) {
        if (e.isTooLarge()) {
          return new Seen(all, false);
        }
        throw e;
      }
      if (!connection.path("edges").isArray()) {
        throw RevokerException.retryable(
            "Provider " + api.provider() + " answered with no list of tokens.");
      }
      for (JsonNode edge : connection.path("edges")) {
        all.add(listed(edge.path("node")));
      }
      JsonNode more = connection.path("pageInfo");
      if (!more.path("hasNextPage").asBoolean(false)) {
        return new Seen(all, true);
      }
      variables.put("after", more.path("endCursor").asText(""));
    }
    return new Seen(all, false);
  }

  private static Listed listed(JsonNode node) {
    Instant created = null;
    try {
      created = Instant.parse(node.path("createdAt").asText(""));
    } catch (DateTimeException e) {
      // Not told of this kind.
    }
    return new Listed(node.path("id").asText(""), node.path("name").asText(""), created);
  }
}
