package dev.countermand.containment.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Json;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Asks an endpoint to plan, to execute, to verify and to restore. The messages are described in
 * {@code docs/webhook.md}; none of them holds a secret.
 */
final class WebhookRevoker implements Revoker {
  private static final int FORBIDDEN = 403;
  private static final int MOST_WORDS = 500;
  private static final int MOST_PRIOR = 16 * 1024;
  private static final String HANDLE = "handle.";
  private static final String PRIOR = "prior.";

  private final URI endpoint;
  private final Set<Rung> rungs;
  private final Signature signature;
  private final JsonCalls calls;
  private final InstantSource clock;

  WebhookRevoker(
      URI endpoint, Set<Rung> rungs, Signature signature, JsonCalls calls, InstantSource clock) {
    this.endpoint = endpoint;
    this.rungs = rungs;
    this.signature = signature;
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public Set<Rung> rungs() {
    return rungs;
  }

  @Override
  public void check() {
    JsonNode unused = ask("check", Json.mapper().createObjectNode());
  }

  @Override
  public Plan plan(Target target) {
    JsonNode answer = ask("plan", data(target));
    Map<String, String> prior = new HashMap<>();
    target.handle().forEach((key, value) -> prior.put(HANDLE + key, value));
    int size = 0;
    for (Map.Entry<String, JsonNode> one : answer.path("prior").properties()) {
      String value = one.getValue().asText();
      size += one.getKey().length() + value.length();
      prior.put(PRIOR + one.getKey(), value);
    }
    if (size > MOST_PRIOR) {
      throw unclear("plan", "prior of more than " + MOST_PRIOR + " characters");
    }
    return new Plan(
        target.rung() == Rung.REVOKE ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        words(answer, "blast_radius"),
        prior);
  }

  @Override
  public String execute(Target target) {
    return words(ask("execute", data(target)), "detail");
  }

  @Override
  public Proof verify(Target target) {
    JsonNode answer = ask("verify", data(target));
    String seen = words(answer, "seen");
    return switch (answer.path("life").asText()) {
      case "dead" -> Proof.dead(seen);
      case "alive" -> Proof.alive(seen);
      default -> Proof.unknown(seen);
    };
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    ObjectNode data = data(target);
    ObjectNode handle = data.withObject("/credential").putObject("handle");
    ObjectNode before = data.putObject("prior");
    prior.forEach(
        (key, value) -> {
          if (key.startsWith(HANDLE)) {
            handle.put(key.substring(HANDLE.length()), value);
          } else if (key.startsWith(PRIOR)) {
            before.put(key.substring(PRIOR.length()), value);
          }
        });
    // A way back may be of several rungs, and it does not name them.
    data.remove("rung");
    JsonNode answer = ask("restore", data);
    String detail = words(answer, "detail");
    return switch (answer.path("result").asText()) {
      case "restored" -> Restoration.restored(detail);
      case "impossible" -> Restoration.impossible(detail);
      default -> throw unclear("restore", "result that is neither restored nor impossible");
    };
  }

  private static ObjectNode data(Target target) {
    ObjectNode data = Json.mapper().createObjectNode();
    ObjectNode credential = data.putObject("credential");
    credential.put("fingerprint", target.fingerprint());
    credential.put("name", target.name());
    credential.put("kind", target.kind());
    ObjectNode handle = credential.putObject("handle");
    target.handle().forEach(handle::put);
    data.put("rung", target.rung().wireName());
    target.since().ifPresent(since -> data.put("since", since.toString()));
    return data;
  }

  private JsonNode ask(String operation, ObjectNode data) {
    Instant now = clock.instant();
    String payload =
        Json.mapper()
            .createObjectNode()
            .put("type", "credential." + operation)
            .put("timestamp", now.toString())
            .<ObjectNode>set("data", data)
            .toString();
    JsonCalls.Answer answer =
        calls.call(
            "POST",
            endpoint,
            signature.headers("msg_" + UUID.randomUUID(), now, payload),
            payload,
            Set.of(FORBIDDEN));
    if (answer.status() == FORBIDDEN) {
      throw RevokerException.refused("The endpoint refuses to touch this credential (403).");
    }
    if (!answer.body().isObject()) {
      throw unclear(operation, "body that is no JSON object");
    }
    return answer.body();
  }

  /** A text for people, bounded, on one line. */
  private static String words(JsonNode answer, String field) {
    String words = answer.path(field).asText("").replaceAll("\\p{Cntrl}+", " ").strip();
    if (words.isEmpty()) {
      return "the endpoint gave no " + field;
    }
    return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "..." : words;
  }

  private RevokerException unclear(String operation, String what) {
    return RevokerException.fatal(
        "The endpoint at "
            + endpoint.getHost()
            + " answered credential."
            + operation
            + " with a "
            + what
            + ". See docs/webhook.md.");
  }
}
