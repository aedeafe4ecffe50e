package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.console.Sessions.Session;
import dev.countermand.model.Approval;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.http.Refusal;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people do in the console. Each act is in the audit trail before it takes hold. */
final class Acts {
  private static final Logger log = LoggerFactory.getLogger(Acts.class);
  private static final String VIA = "console";
  private static final Map<String, Decision> ANSWERS =
      Map.of("approve", Decision.ALLOW, "deny", Decision.DENY);

  private final TopicWriter writer;
  private final Topics topics;
  private final Waiting waiting;
  private final Agents agents;
  private final PersonRecords records;
  private final InstantSource clock;

  Acts(
      TopicWriter writer,
      Topics topics,
      Waiting waiting,
      Agents agents,
      PersonRecords records,
      InstantSource clock) {
    this.writer = writer;
    this.topics = topics;
    this.waiting = waiting;
    this.agents = agents;
    this.records = records;
    this.clock = clock;
  }

  Reply answer(Call call) {
    String id = call.needed("id");
    String agent = call.text("agent", Call.MAX_ID);
    Decision decision = ANSWERS.get(call.text("answer", 16));
    String reason = call.text("reason", Call.MAX_BODY);
    if (decision == null) {
      throw Call.invalid("answer must be approve or deny");
    }
    if (!waiting.has(id, agent)) {
      throw new Refusal(
          404, "WAITING_UNKNOWN", "Nothing of this id and agent waits, or not any more.");
    }
    if (decision == Decision.ALLOW && waiting.isOwn(id, agent, call.session().name())) {
      throw new Refusal(
          409, "OWN_ORDER", "You ordered this yourself: somebody else has to approve it.");
    }
    Approval approval = records.answer(id, agent, decision, reason, call.session().name());
    String word = decision == Decision.ALLOW ? "approve" : "deny";
    audit(word, call.session(), agent, id, approval.reason());
    writer.write(topics.approvals(), agent, Approval.CODEC, approval);
    ObjectNode body = Json.mapper().createObjectNode();
    body.set("approval", Approval.CODEC.toTree(approval));
    return Reply.accepted(body);
  }

  Reply contain(Call call) {
    return order(call, OrderKind.CONTAIN, rung(call));
  }

  Reply release(Call call) {
    return order(call, OrderKind.RELEASE, null);
  }

  private Reply order(Call call, OrderKind kind, @Nullable Rung rung) {
    String agent = call.needed("id");
    String reason = call.text("reason", Call.MAX_BODY);
    if (!agents.isKnown(agent)) {
      throw new Refusal(404, "AGENT_UNKNOWN", "Nobody has seen an agent of this id.");
    }
    ContainmentOrder order =
        records.order(kind, agent, reason, List.of(), rung, call.session().name());
    try {
      audit(
          kind.wireName(),
          call.session(),
          agent,
          order.id(),
          (rung == null ? "" : rung.wireName() + ": ") + order.reason());
      writer.write(topics.containmentOrders(), agent, ContainmentOrder.CODEC, order);
    } catch (CountermandException e) {
      log.warn("The order of {} about {} was not given", call.session().name(), agent, e);
      throw new Refusal(
          503,
          "ORDER_NOT_GIVEN",
          "Kafka is away, so nothing was done, and the order is kept nowhere: give it again when"
              + " Kafka answers. See docs/containment.md, While Kafka is away.");
    }
    return Reply.accepted(Json.mapper().createObjectNode().put("order", order.id()));
  }

  private static @Nullable Rung rung(Call call) {
    if (call.body().path("rung").isMissingNode() || call.body().path("rung").isNull()) {
      return null;
    }
    String word = call.text("rung", 16);
    return Stream.of(Rung.values())
        .filter(one -> one.wireName().equals(word))
        .findFirst()
        .orElseThrow(() -> Call.invalid("rung must be pause, narrow, suspend or revoke"));
  }

  /** Notes who signed in or out; when Kafka is away, in the log only. */
  void signed(String operation, Session session) {
    try {
      audit(
          operation, session, null, session.name(), session.role().name().toLowerCase(Locale.ROOT));
    } catch (CountermandException e) {
      log.warn("{} of {} is not in the audit trail: {}", operation, session.name(), e.getMessage());
    }
  }

  private void audit(
      String operation, Session session, @Nullable String agent, String subject, String after) {
    AuditEvent event =
        new AuditEvent(
            Ids.next(),
            clock.instant(),
            "console-" + operation,
            session.name(),
            VIA,
            agent,
            subject,
            null,
            after,
            Extra.NONE);
    writer.write(topics.audit(), agent == null ? session.name() : agent, AuditEvent.CODEC, event);
  }
}
