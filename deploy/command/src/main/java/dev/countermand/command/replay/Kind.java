package dev.countermand.command.replay;

import dev.countermand.model.Action;
import dev.countermand.model.Approval;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Risk;
import dev.countermand.model.Topics;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.FieldType;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What is played again, cause before effect. Credentials, sealed copies of them, tasks, rules and
 * kill switches are no part of it: they are the state of now, not what happened.
 */
public enum Kind {
  ACTIONS(Topics::actions, Action.CODEC),
  SCORED_ACTIONS(Topics::scoredActions, Action.CODEC),
  VERDICTS(Topics::verdicts, Verdict.CODEC),
  FINDINGS(Topics::findings, Finding.CODEC),
  RISK(Topics::risk, Risk.CODEC),
  INCIDENTS(Topics::incidents, Incident.CODEC),
  CONTAINMENT_ORDERS(Topics::containmentOrders, ContainmentOrder.CODEC),
  CONTAINMENT_PLANS(Topics::containmentPlans, ContainmentPlan.CODEC),
  APPROVALS(Topics::approvals, Approval.CODEC),
  CONTAINMENT_OUTCOMES(Topics::containmentOutcomes, ContainmentOutcome.CODEC),
  AUDIT(Topics::audit, AuditEvent.CODEC);

  private final Function<Topics, String> topic;
  private final DocumentCodec<?> codec;

  Kind(Function<Topics, String> topic, DocumentCodec<?> codec) {
    this.topic = topic;
    this.codec = codec;
  }

  /** Its topic in a deployment. */
  public String topic(Topics topics) {
    return topic.apply(topics);
  }

  /** The name of its topic without the prefix, for instance {@code scored-actions}. */
  public String word() {
    return topic(new Topics("")).substring(1);
  }

  /** The fields of its documents that are moments, by dotted path. */
  List<String> moments() {
    return codec.fields().entrySet().stream()
        .filter(field -> field.getValue() == FieldType.DATE)
        .map(Map.Entry::getKey)
        .toList();
  }
}
