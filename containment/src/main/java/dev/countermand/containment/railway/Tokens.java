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
  private static final int MOST_PAGES = 20;
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
   * All of them.
   *
   * @param project whose they are; null for those of whoever asks
   * @throws RevokerException final, when there are more pages than are read
   */
  List<Listed> all(@Nullable String project) {
    List<Listed> all = new ArrayList<>();
    Map<String, String> variables = new HashMap<>();
    if (project != null) {
      variables.put("project", project);
    }
    for (int page = 0; page < MOST_PAGES; page++) {
      JsonNode connection =
          project == null
              ? api.require("apiTokens", OF_WHO_ASKS, variables)
              : api.require("projectTokens", OF_A_PROJECT, variables);
      if (!connection.path("edges").isArray()) {
        throw RevokerException.retryable(
            "Provider " + api.provider() + " answered with no list of tokens.");
      }
      for (JsonNode edge : connection.path("edges")) {
        all.add(listed(edge.path("node")));
      }
      JsonNode more = connection.path("pageInfo");
      if (!more.path("hasNextPage").asBoolean(false)) {
        return all;
      }
      variables.put("after", more.path("endCursor").asText(""));
    }
    throw RevokerException.fatal(
        "Provider "
            + api.provider()
            + " lists more than "
            + MOST_PAGES
            + " pages of tokens: not all were looked at.");
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
