package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Approval;
import dev.countermand.model.Ask;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Decision;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ApprovalSettings;
import dev.countermand.runtime.config.PersonNames;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** What waits for people: containment's orders, and agents' attempts at gateways. */
final class Waiting {
  /** Most of each kind that are shown, the oldest. */
  private static final int MAX = 500;

  private static final int MAX_CREDENTIALS = 200;

  private final Views views;
  private final Shown shown;
  private final Function<ContainmentState, List<WaitingOrder>> questions;
  private final ApprovalSettings approvals;

  Waiting(
      Views views,
      Shown shown,
      Function<ContainmentState, List<WaitingOrder>> questions,
      ApprovalSettings approvals) {
    this.views = views;
    this.shown = shown;
    this.questions = questions;
    this.approvals = approvals;
  }

  /** All of it. */
  ObjectNode json() {
    ObjectNode body = Json.mapper().createObjectNode();
    ArrayNode orders = body.putArray("orders");
    orders().stream().limit(MAX).forEach(one -> orders.add(order(one)));
    ArrayNode attempts = body.putArray("attempts");
    views.asks().stream().limit(MAX).forEach(one -> attempts.add(attempt(one)));
    return body;
  }

  /** How many there are. */
  int count() {
    return orders().size() + views.asks().size();
  }

  /** Whether something of this id and agent waits. */
  boolean has(String id, String agent) {
    return views.asks().stream()
            .anyMatch(one -> one.actionId().equals(id) && one.agentId().equals(agent))
        || views
            .state(agent)
            .map(
                state ->
                    questions.apply(state).stream().anyMatch(one -> one.order().id().equals(id)))
            .orElse(false);
  }

  /** Whether somebody's yes to an order decides nothing, because it is their own. */
  boolean isOwn(String id, String agent, String name) {
    return !approvals.own()
        && views
            .state(agent)
            .map(
                state ->
                    questions.apply(state).stream()
                        .map(WaitingOrder::order)
                        .anyMatch(
                            order ->
                                order.id().equals(id)
                                    && PersonNames.isSame(order.requestedBy(), name)
                                    && (!order.isFinalPart() || approvals.persons() == 1)))
            .orElse(false);
  }

  private List<WaitingOrder> orders() {
    return views.states().stream()
        .flatMap(state -> questions.apply(state).stream())
        .sorted(Comparator.comparing(WaitingOrder::since).thenComparing(one -> one.order().id()))
        .toList();
  }

  // The command is whole: nobody can say yes to what is not shown.
  private static ObjectNode attempt(Ask ask) {
    return Json.mapper()
        .createObjectNode()
        .put("id", ask.actionId())
        .put("agent", ask.agentId())
        .put("tool", ask.tool())
        .put("command", ask.command())
        .put("reason", Shown.cut(ask.reason()))
        .put("since", ask.since().toString())
        .put("until", ask.until().toString());
  }

  private ObjectNode order(WaitingOrder waiting) {
    ContainmentOrder order = waiting.order();
    ObjectNode json =
        Json.mapper()
            .createObjectNode()
            .put("id", order.id())
            .put("agent", order.agentId())
            .put("since", waiting.since().toString())
            .put("until", waiting.since().plus(approvals.expire()).toString())
            .put("rung", order.rung() == null ? null : order.rung().wireName());
    ArrayNode credentials = json.putArray("credentials");
    order.credentials().stream()
        .limit(MAX_CREDENTIALS)
        .forEach(fingerprint -> credentials.add(shown.credential(fingerprint)));
    json.put("reason", Shown.cut(order.reason()));
    json.put("needs", order.isFinalPart() ? approvals.persons() : 1);
    ArrayNode said = json.putArray("said");
    for (Approval one : views.said(order.id())) {
      said.addObject()
          .put("by", one.by())
          .put("answer", one.decision() == Decision.ALLOW ? "approve" : "deny")
          .put("time", one.time().toString());
    }
    return json;
  }
}
