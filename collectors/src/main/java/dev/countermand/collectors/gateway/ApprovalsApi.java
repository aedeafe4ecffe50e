package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.report.Documents;
import dev.countermand.model.Approval;
import dev.countermand.model.Ask;
import dev.countermand.model.Decision;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes what operators say of containment orders and attempts that wait: {@code POST
 * /v1/approvals}. The name of the operator, known by the token, stands in the approval. {@code GET}
 * lists the attempts that wait, at this gateway and at others.
 */
final class ApprovalsApi extends OperatorApi {
  private static final Set<String> FIELDS = Set.of("agent", "order", "answer", "reason");
  private static final Map<String, Decision> ANSWERS =
      Map.of("approve", Decision.ALLOW, "deny", Decision.DENY);
  private static final int MAX_ORDER = 512;

  private final Topics topics;
  private final Outbox outbox;
  private final Asks asks;
  private final Supplier<List<Ask>> everywhere;
  private final PersonRecords records;

  ApprovalsApi(
      Sources sources,
      Executor workers,
      GatewayMetrics metrics,
      Topics topics,
      Outbox outbox,
      Asks asks,
      Supplier<List<Ask>> everywhere,
      PersonRecords records) {
    super(sources, workers, metrics);
    this.topics = topics;
    this.outbox = outbox;
    this.asks = asks;
    this.everywhere = everywhere;
    this.records = records;
  }

  @Override
  CompletableFuture<JsonNode> answer(
      GatewaySettings.Operator operator, HttpMethod method, @Nullable String agent, Body body) {
    if (method == HttpMethod.GET) {
      return CompletableFuture.completedFuture(list());
    }
    if (method != HttpMethod.POST) {
      throw new Refusal(405, "METHOD_NOT_ALLOWED", "Send GET or POST to /v1/approvals.");
    }
    ObjectNode said = object(body, "An approval", FIELDS);
    Decision decision = ANSWERS.get(Documents.text(said, "answer", 16));
    if (decision == null) {
      throw Documents.wrongType("answer", "approve or deny");
    }
    Approval approval =
        records.answer(
            Documents.text(said, "order", MAX_ORDER),
            agent(said),
            decision,
            Documents.text(said, "reason", Body.LIMIT),
            operator.name());
    return outbox
        .put(topics.approvals(), approval.agentId(), Approval.CODEC.encode(approval))
        .thenApply(receipt -> Approval.CODEC.toTree(approval));
  }

  private ArrayNode list() {
    ArrayNode list = Json.mapper().createArrayNode();
    // What waits here is known at once, and while Kafka is away.
    Map<String, Ask> waiting = new LinkedHashMap<>();
    everywhere.get().forEach(ask -> waiting.put(ask.actionId(), ask));
    asks.waiting().forEach(ask -> waiting.put(ask.actionId(), ask));
    for (Ask ask : waiting.values()) {
      list.addObject()
          .put("agent", ask.agentId())
          .put("action", ask.actionId())
          .put("reason", ask.reason())
          .put("tool", ask.tool())
          .put("command", ask.command())
          .put("since", ask.since().toString())
          .put("until", ask.until().toString());
    }
    return list;
  }
}
