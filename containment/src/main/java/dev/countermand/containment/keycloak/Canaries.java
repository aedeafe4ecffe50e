package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are got as a client right before it is disabled, and used after: they show what
 * became of the tokens that the agent holds. Kept in memory only, the newest few. Thread-safe.
 */
final class Canaries {
  private static final int MAX = 1_000;

  /** The kill waits for a canary, so there is little time to get one. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RealmAdmin admin;
  private final HttpCaller quick = new HttpCaller(PATIENCE);
  private final HttpCaller http;
  private final Map<String, Tokens> kept =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tokens> eldest) {
          return size() > MAX;
        }
      };

  /** Introspection shows a token only to a client that it is meant for, or that may see all. */
  private record Tokens(String access, @Nullable String refresh, Sight sight) {
    @Override
    public String toString() {
      return "Tokens";
    }
  }

  private enum Sight {
    SHOWN,
    HIDDEN
  }

  Canaries(RealmAdmin admin, HttpCaller http) {
    this.admin = admin;
    this.http = http;
  }

  /** Gets tokens of a client, where it gets any, and keeps them. */
  void send(String clientId, String secret) {
    try {
      HttpCaller.Answer answer = admin.ask(quick, "token", grant(clientId, secret));
      JsonNode body = json(answer);
      String access = body.path("access_token").asText("");
      if (answer.isSuccess() && !access.isEmpty()) {
        String refresh = body.path("refresh_token").asText("");
        Sight sight = active(quick, access).equals("true") ? Sight.SHOWN : Sight.HIDDEN;
        keep(clientId, new Tokens(access, refresh.isEmpty() ? null : refresh, sight));
      }
    } catch (IOException e) {
      // Without it the proof is the smaller one; the kill does not wait.
    }
  }

  /** Forgets the tokens of a client. */
  synchronized void forget(String clientId) {
    kept.remove(clientId);
  }

  /** Uses whatever there is of a client: its secret, and tokens that were got before. */
  Proof use(String clientId, String secret) {
    try {
      List<Proof> all = new ArrayList<>();
      all.add(judge("a client-credentials grant", grant(clientId, secret)));
      Tokens tokens = kept(clientId);
      if (tokens == null) {
        all.add(Proof.dead("no token of before was at hand to try"));
      } else {
        all.add(
            tokens.sight() == Sight.SHOWN
                ? introspect(tokens.access())
                : Proof.dead("introspection did not show the revoker a token of before either"));
        all.add(
            tokens.refresh() == null
                ? Proof.dead("no refresh token was given before")
                : judge("a refresh", refresh(clientId, secret, tokens.refresh())));
      }
      return all.stream()
          .filter(proof -> proof.life() != Proof.Life.DEAD)
          .findFirst()
          .orElseGet(
              () -> Proof.dead(all.stream().map(Proof::seen).collect(Collectors.joining(", "))));
    } catch (IOException e) {
      return Proof.unknown("the token endpoint did not answer");
    }
  }

  private Proof judge(String what, Map<String, String> form) throws IOException {
    HttpCaller.Answer answer = admin.ask(http, "token", form);
    if (answer.isSuccess()) {
      return Proof.alive(what + " succeeded");
    }
    return isRefusal(answer)
        ? Proof.dead(what + " is refused with " + answer.status())
        : Proof.unknown(what + " ended with " + answer.status());
  }

  private Proof introspect(String token) throws IOException {
    String active = active(http, token);
    String told = "introspection of a token of before says active: " + active;
    return switch (active) {
      case "false" -> Proof.dead(told);
      case "true" -> Proof.alive(told);
      default -> Proof.unknown(told);
    };
  }

  private synchronized void keep(String clientId, Tokens tokens) {
    kept.put(clientId, tokens);
  }

  private synchronized @Nullable Tokens kept(String clientId) {
    return kept.get(clientId);
  }

  /** The boolean of RFC 7662 as text, or what else was answered. */
  private String active(HttpCaller caller, String token) throws IOException {
    Map<String, String> form = new HashMap<>(admin.own());
    form.put("token", token);
    HttpCaller.Answer answer = admin.ask(caller, "token/introspect", form);
    JsonNode active = json(answer).path("active");
    return answer.isSuccess() && active.isBoolean()
        ? active.asText()
        : "unknown (" + answer.status() + ")";
  }

  private static boolean isRefusal(HttpCaller.Answer answer) {
    return answer.status() == 400 || answer.status() == 401;
  }

  private static Map<String, String> grant(String clientId, String secret) {
    return Map.of(
        "grant_type", "client_credentials", "client_id", clientId, "client_secret", secret);
  }

  private static Map<String, String> refresh(String clientId, String secret, String token) {
    return Map.of(
        "grant_type",
        "refresh_token",
        "client_id",
        clientId,
        "client_secret",
        secret,
        "refresh_token",
        token);
  }

  private static JsonNode json(HttpCaller.Answer answer) {
    try {
      return Json.mapper().readTree(answer.body());
    } catch (JsonProcessingException e) {
      return Json.mapper().createObjectNode();
    }
  }
}
