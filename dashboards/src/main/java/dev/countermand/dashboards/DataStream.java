package dev.countermand.dashboards;

import dev.countermand.model.Action;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Risk;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.FieldType;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The data streams, each with the topic whose documents it takes. */
public enum DataStream {
  /** Scored actions. */
  ACTION(Action.CODEC, Topics::scoredActions),
  /** Findings. */
  FINDING(Finding.CODEC, Topics::findings),
  /** What became of each step of containment. */
  OUTCOME(ContainmentOutcome.CODEC, Topics::containmentOutcomes),
  /** What was about to be done for each order. */
  PLAN(ContainmentPlan.CODEC, Topics::containmentPlans),
  /** Who changed what agents may do. */
  AUDIT(AuditEvent.CODEC, Topics::audit),
  /** How risky agents, sessions, credentials and owners are. */
  RISK(Risk.CODEC, Topics::risk),
  /** Findings about one agent that belong together, a document for each change. */
  INCIDENT(Incident.CODEC, Topics::incidents);

  private final DocumentCodec<?> codec;
  private final Function<Topics, String> topic;

  DataStream(DocumentCodec<?> codec, Function<Topics, String> topic) {
    this.codec = codec;
    this.topic = topic;
  }

  /** The {@code event.dataset} of its documents, for instance {@code countermand.action}. */
  public String dataset() {
    return "countermand." + word();
  }

  /** The data stream's name in a namespace. */
  public String in(String namespace) {
    return "logs-" + dataset() + "-" + namespace;
  }

  /** The pattern of its names in all namespaces. */
  public String pattern() {
    return in("*");
  }

  /** The topic its documents come from. */
  public String topic(Topics topics) {
    return topic.apply(topics);
  }

  /** The fields its documents can have, by dotted path: the record's, and its place in Kafka. */
  public Map<String, FieldType> fields() {
    Map<String, FieldType> all = new TreeMap<>(codec.fields());
    all.putAll(Origin.FIELDS);
    return Collections.unmodifiableMap(all);
  }

  /** The name of its index template. */
  String template() {
    return "countermand-" + word();
  }

  /** One word for logs and metrics, for instance {@code action}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
