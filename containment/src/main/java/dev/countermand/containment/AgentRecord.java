package dev.countermand.containment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Rung;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that containment must not forget about one agent: its {@link ContainmentState} and beside it,
 * in the same document under {@code countermand.containment.ledger}, what only containment needs.
 *
 * @param state the part that everybody reads; its list of credentials is kept in {@code taken}
 * @param taken the credentials by fingerprint
 * @param causes what each credential was taken for
 * @param open orders whose kill switch is reported and whose credentials are not settled yet
 * @param handled orders that are done, the newest last
 * @param waiting orders that wait for people, the oldest first
 */
record AgentRecord(
    ContainmentState state,
    Map<String, TakenCredential> taken,
    Map<String, Cause> causes,
    List<String> open,
    List<String> handled,
    List<Waiting> waiting) {

  /** How many handled orders are remembered for each agent. */
  static final int MAX_HANDLED = 512;

  private static final String LEDGER = "ledger";

  /**
   * An order that waits for people.
   *
   * @param since when they were asked
   */
  record Waiting(ContainmentOrder order, Instant since) {}

  AgentRecord {
    taken = Map.copyOf(taken);
    causes = Map.copyOf(causes);
    open = List.copyOf(open);
    handled = List.copyOf(handled);
    waiting = List.copyOf(waiting);
  }

  /** An agent that was never contained. */
  static AgentRecord none(String agentId) {
    ContainmentState state =
        new ContainmentState(
            agentId,
            Instant.EPOCH,
            ContainmentStatus.RELEASED,
            "",
            "never contained",
            List.of(),
            Extra.NONE);
    return new AgentRecord(state, Map.of(), Map.of(), List.of(), List.of(), List.of());
  }

  String agentId() {
    return state.agentId();
  }

  boolean isContained() {
    return state.status() == ContainmentStatus.CONTAINED;
  }

  boolean isHandled(String orderId) {
    return handled.contains(orderId);
  }

  Optional<ContainmentOrder> waitingOrder(String orderId) {
    return waiting.stream()
        .map(Waiting::order)
        .filter(order -> order.id().equals(orderId))
        .findFirst();
  }

  /** Whether a credential was begun to be taken away, as far as this or further. */
  boolean isTaken(String fingerprint, Rung rung) {
    TakenCredential known = taken.get(fingerprint);
    return known != null && known.rung().compareTo(rung) >= 0;
  }

  /** The same with another status, since now. */
  AgentRecord with(ContainmentStatus status, Instant now, String orderId, String reason) {
    return with(
        new ContainmentState(agentId(), now, status, orderId, reason, List.of(), state.extra()));
  }

  /** The same with the processes of the agent taken so far; never less far than before. */
  AgentRecord atLeast(Rung rung) {
    Rung known = state.rung();
    return known != null && known.compareTo(rung) >= 0 ? this : with(state.to(rung));
  }

  private AgentRecord with(ContainmentState newState) {
    return new AgentRecord(newState, taken, causes, open, handled, waiting);
  }

  /** The same with a credential taken, or further than before. */
  AgentRecord with(TakenCredential credential, Cause cause) {
    Map<String, TakenCredential> all = new LinkedHashMap<>(taken);
    all.put(credential.fingerprint(), credential);
    Map<String, Cause> because = new LinkedHashMap<>(causes);
    because.put(credential.fingerprint(), cause);
    return new AgentRecord(state, all, because, open, handled, waiting);
  }

  /** The same without a credential, because it was given back. */
  AgentRecord without(String fingerprint) {
    Map<String, TakenCredential> all = new LinkedHashMap<>(taken);
    all.remove(fingerprint);
    Map<String, Cause> because = new LinkedHashMap<>(causes);
    because.remove(fingerprint);
    return new AgentRecord(state, all, because, open, handled, waiting);
  }

  /** The same with an order begun. */
  AgentRecord opened(String orderId) {
    if (open.contains(orderId)) {
      return this;
    }
    List<String> more = new ArrayList<>(open);
    more.add(orderId);
    return new AgentRecord(state, taken, causes, more, handled, waiting);
  }

  /** The same with an order done: neither open nor waiting, and remembered. */
  AgentRecord done(String orderId) {
    List<String> done = new ArrayList<>(handled);
    done.remove(orderId);
    done.add(orderId);
    List<String> newest = done.subList(Math.max(0, done.size() - MAX_HANDLED), done.size());
    return new AgentRecord(
        state,
        taken,
        causes,
        open.stream().filter(id -> !id.equals(orderId)).toList(),
        newest,
        waiting.stream().filter(one -> !one.order().id().equals(orderId)).toList());
  }

  /** The same with one more order that waits for people. */
  AgentRecord waitingFor(Waiting order) {
    List<Waiting> more = new ArrayList<>(waiting);
    more.add(order);
    return new AgentRecord(state, taken, causes, open, handled, more);
  }

  /** The document for the topic, UTF-8 JSON. */
  byte[] encode() {
    ContainmentState whole =
        new ContainmentState(
            agentId(),
            state.time(),
            state.status(),
            state.orderId(),
            state.reason(),
            state.rung(),
            taken.values().stream()
                .sorted(java.util.Comparator.comparing(TakenCredential::fingerprint))
                .toList(),
            state.extra());
    ObjectNode tree = ContainmentState.CODEC.toTree(whole);
    ObjectNode ledger = Json.mapper().createObjectNode();
    ledger.set("open", Json.mapper().valueToTree(open));
    ledger.set("handled", Json.mapper().valueToTree(handled));
    waiting.forEach(one -> ledger.withArray("waiting").add(tree(one)));
    causes.forEach(
        (fingerprint, cause) -> ledger.withObject("causes").set(fingerprint, tree(cause)));
    tree.withObject("countermand").withObject("containment").set(LEDGER, ledger);
    try {
      return Json.mapper().writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  /** The record in a document of the topic; one without a ledger has an empty one. */
  static AgentRecord of(ContainmentState state) {
    Map<String, TakenCredential> taken = new LinkedHashMap<>();
    state.credentials().forEach(credential -> taken.put(credential.fingerprint(), credential));
    JsonNode found = state.extra().at("countermand.containment." + LEDGER);
    JsonNode ledger = found == null ? Json.mapper().createObjectNode() : found;
    Map<String, Cause> causes = new LinkedHashMap<>();
    ledger
        .path("causes")
        .properties()
        .forEach(entry -> causes.put(entry.getKey(), cause(entry.getValue())));
    List<Waiting> waiting = new ArrayList<>();
    ledger.path("waiting").forEach(one -> waiting.add(waiting(one)));
    return new AgentRecord(
        state,
        taken,
        causes,
        strings(ledger.path("open")),
        strings(ledger.path("handled")),
        waiting);
  }

  /** What a credential was taken for; the order of the state where the ledger does not say. */
  Cause causeOf(String fingerprint) {
    @Nullable Cause cause = causes.get(fingerprint);
    return cause == null ? new Cause(state.orderId(), state.time(), state.time(), null) : cause;
  }

  private static ObjectNode tree(Waiting waiting) {
    ObjectNode tree = Json.mapper().createObjectNode().put("since", waiting.since().toString());
    tree.set("order", ContainmentOrder.CODEC.toTree(waiting.order()));
    return tree;
  }

  // Before people had a time to answer in, the order stood there by itself.
  private static Waiting waiting(JsonNode tree) {
    if (tree.has("since")) {
      return new Waiting(
          ContainmentOrder.CODEC.fromTree(tree.path("order")),
          Instant.parse(tree.path("since").asText()));
    }
    ContainmentOrder order = ContainmentOrder.CODEC.fromTree(tree);
    return new Waiting(order, order.time());
  }

  private static ObjectNode tree(Cause cause) {
    ObjectNode tree =
        Json.mapper()
            .createObjectNode()
            .put("order_id", cause.orderId())
            .put("start", cause.start().toString())
            .put("requested_at", cause.requestedAt().toString());
    Instant acceptedAt = cause.acceptedAt();
    return acceptedAt == null ? tree : tree.put("accepted_at", acceptedAt.toString());
  }

  private static Cause cause(JsonNode tree) {
    return new Cause(
        tree.path("order_id").asText(),
        Instant.parse(tree.path("start").asText()),
        Instant.parse(tree.path("requested_at").asText()),
        tree.has("accepted_at") ? Instant.parse(tree.path("accepted_at").asText()) : null);
  }

  private static List<String> strings(JsonNode array) {
    List<String> all = new ArrayList<>();
    array.forEach(item -> all.add(item.asText()));
    return all;
  }
}
