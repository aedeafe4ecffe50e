package dev.countermand.containment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an {@link AgentRecord}: a {@link ContainmentState}, and what only containment needs
 * beside it under {@code countermand.containment.ledger}.
 */
final class Ledger {
  private static final String LEDGER = "ledger";
  private static final String RELEASE = "release";

  private Ledger() {}

  /** The document for the topic, UTF-8. */
  static byte[] encode(AgentRecord record) {
    ContainmentState state = record.state();
    ContainmentState whole =
        new ContainmentState(
            record.agentId(),
            state.time(),
            state.status(),
            state.orderId(),
            state.reason(),
            state.rung(),
            record.taken().values().stream()
                .sorted(Comparator.comparing(TakenCredential::fingerprint))
                .toList(),
            state.extra());
    ObjectNode tree = ContainmentState.CODEC.toTree(whole);
    tree.withObject("countermand").withObject("containment").set(LEDGER, ledger(record));
    try {
      return Json.mapper().writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static ObjectNode ledger(AgentRecord record) {
    ObjectNode ledger = Json.mapper().createObjectNode();
    ledger.set("open", Json.mapper().valueToTree(record.open()));
    ledger.set("handled", Json.mapper().valueToTree(record.handled()));
    record.waiting().forEach(one -> ledger.withArray("waiting").add(tree(one)));
    record
        .causes()
        .forEach((fingerprint, cause) -> ledger.withObject("causes").set(fingerprint, tree(cause)));
    record
        .wanted()
        .forEach(
            (fingerprint, wanted) -> ledger.withObject("wanted").set(fingerprint, tree(wanted)));
    if (record.release() != null) {
      ledger.put(RELEASE, record.release());
    }
    return ledger;
  }

  /** The record in a document of the topic; one without a ledger has an empty one. */
  static AgentRecord decode(ContainmentState state) {
    Map<String, TakenCredential> taken = new LinkedHashMap<>();
    state.credentials().forEach(credential -> taken.put(credential.fingerprint(), credential));
    JsonNode ledger = of(state);
    Map<String, Cause> causes = new LinkedHashMap<>();
    ledger
        .path("causes")
        .properties()
        .forEach(entry -> causes.put(entry.getKey(), cause(entry.getValue())));
    Map<String, Wanted> wanted = new LinkedHashMap<>();
    ledger
        .path("wanted")
        .properties()
        .forEach(entry -> wanted.put(entry.getKey(), wanted(entry.getValue())));
    List<AgentRecord.Waiting> waiting = new ArrayList<>();
    ledger.path("waiting").forEach(one -> waiting.add(waiting(one)));
    return new AgentRecord(
        state,
        taken,
        causes,
        wanted,
        strings(ledger.path("open")),
        strings(ledger.path("handled")),
        waiting,
        ledger.path(RELEASE).asText(null));
  }

  /** Whether an agent is being released: what was taken from it is about to be given back. */
  static boolean isReleasing(ContainmentState state) {
    return of(state).has(RELEASE);
  }

  private static JsonNode of(ContainmentState state) {
    JsonNode found = state.extra().at("countermand.containment." + LEDGER);
    return found == null ? Json.mapper().createObjectNode() : found;
  }

  private static ObjectNode tree(AgentRecord.Waiting waiting) {
    ObjectNode tree = Json.mapper().createObjectNode().put("since", waiting.since().toString());
    tree.set("order", ContainmentOrder.CODEC.toTree(waiting.order()));
    return tree;
  }

  // Before people had a time to answer in, the order stood there by itself.
  private static AgentRecord.Waiting waiting(JsonNode tree) {
    if (tree.has("since")) {
      return new AgentRecord.Waiting(
          ContainmentOrder.CODEC.fromTree(tree.path("order")), instant(tree, "since"));
    }
    ContainmentOrder order = ContainmentOrder.CODEC.fromTree(tree);
    return new AgentRecord.Waiting(order, order.time());
  }

  private static ObjectNode tree(Cause cause) {
    ObjectNode tree =
        Json.mapper()
            .createObjectNode()
            .put("order_id", cause.orderId())
            .put("start", cause.start().toString())
            .put("requested_at", cause.requestedAt().toString());
    Instant acceptedAt = cause.acceptedAt();
    if (acceptedAt != null) {
      tree.put("accepted_at", acceptedAt.toString());
    }
    Instant returnedAt = cause.returnedAt();
    if (returnedAt != null) {
      tree.put("returns", cause.returns()).put("returned_at", returnedAt.toString());
    }
    return tree;
  }

  private static Cause cause(JsonNode tree) {
    return new Cause(
        tree.path("order_id").asText(),
        instant(tree, "start"),
        instant(tree, "requested_at"),
        find(tree, "accepted_at"),
        tree.path("returns").asInt(0),
        find(tree, "returned_at"));
  }

  private static ObjectNode tree(Wanted wanted) {
    return Json.mapper().createObjectNode().put("by", wanted.by()).put("named", wanted.isNamed());
  }

  private static Wanted wanted(JsonNode tree) {
    return new Wanted(tree.path("by").asText(), tree.path("named").asBoolean(false));
  }

  private static Instant instant(JsonNode tree, String field) {
    return Instant.parse(tree.path(field).asText());
  }

  private static @Nullable Instant find(JsonNode tree, String field) {
    return tree.has(field) ? instant(tree, field) : null;
  }

  private static List<String> strings(JsonNode array) {
    List<String> all = new ArrayList<>();
    array.forEach(item -> all.add(item.asText()));
    return all;
  }
}
