package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.RevokerException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tokens of the same entity, which live on when one of them is revoked. */
final class Siblings {
  private static final int MOST = 200;
  private static final int MOST_NAMED = 10;

  private final Server server;
  private final Duration patience;

  /**
   * Tokens of a server.
   *
   * @param patience how long they are looked for
   */
  Siblings(Server server, Duration patience) {
    this.server = server;
    this.patience = patience;
  }

  /**
   * What lives on, for people. The server lists all tokens and not those of an entity, so that of
   * many only some are looked at; a failure is told, since the token itself is revoked by then.
   *
   * @param entity empty for none
   * @param besides the accessor of the one that is revoked
   */
  String of(String entity, String besides, Optional<Instant> since) {
    if (entity.isEmpty()) {
      return "";
    }
    try {
      return look(entity, besides, since);
    } catch (RevokerException e) {
      return "; other tokens of entity " + entity + " were not looked for to the end";
    }
  }

  private String look(String entity, String besides, Optional<Instant> since) {
    long start = System.nanoTime();
    JsonNode all = server.list("auth/token/accessors");
    List<String> others = new ArrayList<>();
    int looked = 0;
    int recent = 0;
    for (JsonNode accessor : all) {
      if (looked == MOST || System.nanoTime() - start > patience.toNanos()) {
        break;
      }
      looked++;
      if (accessor.asText().equals(besides)) {
        continue;
      }
      Optional<JsonNode> token =
          server
              .find(
                  "POST",
                  "auth/token/lookup-accessor",
                  Map.of("accessor", accessor.asText()),
                  "invalid accessor")
              .filter(found -> found.path("entity_id").asText().equals(entity));
      if (token.isPresent()) {
        others.add(accessor.asText());
        long made = token.get().path("creation_time").asLong();
        recent += since.isPresent() && made >= since.get().getEpochSecond() ? 1 : 0;
      }
    }
    return told(entity, others, recent)
        + (looked < all.size()
            ? "; of " + all.size() + " tokens " + looked + " were looked at"
            : "");
  }

  private static String told(String entity, List<String> others, int recent) {
    if (others.isEmpty()) {
      return "";
    }
    String named = String.join(", ", others.subList(0, Math.min(MOST_NAMED, others.size())));
    return "; entity "
        + entity
        + " has "
        + others.size()
        + " other token(s), "
        + recent
        + " of them made since: "
        + named
        + (others.size() > MOST_NAMED ? " and more" : "");
  }
}
