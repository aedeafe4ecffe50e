package dev.countermand.dashboards.timeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.Origin;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened.
 *
 * @param time when, by the clock of who told of it
 * @param lane whose doing it is
 * @param what in one or two words, for instance {@code attempt} or {@code revoke verified}
 * @param id of the document
 * @param agentId the agent it is about; null for what is about none
 * @param severity of a finding; null for others
 * @param text one line
 * @param details the evidence, line by line
 * @param related ids of other entries that it rests on
 * @param origin where it stands in Kafka; null where that is not known
 * @param effects what an action does to the world
 * @param credentials which credentials it is about, and how
 * @param answer what an attempt was answered; null for others
 * @param stream the data stream in Elasticsearch that has it under its id; null for what is not
 *     indexed
 */
public record Entry(
    Instant time,
    Lane lane,
    String what,
    String id,
    @Nullable String agentId,
    @Nullable String severity,
    String text,
    List<String> details,
    List<String> related,
    @Nullable Origin origin,
    List<Effect> effects,
    List<Touch> credentials,
    @Nullable Decision answer,
    @Nullable String stream) {

  /** Lists are copied. */
  public Entry {
    details = List.copyOf(details);
    related = List.copyOf(related);
    effects = List.copyOf(effects);
    credentials = List.copyOf(credentials);
  }

  /**
   * A credential that an entry is about.
   *
   * @param where the file it was seen in; null where that is not known
   */
  public record Touch(String fingerprint, How how, @Nullable String where) {}

  /** How an entry is about a credential. */
  public enum How {
    /** The agent came to know it. */
    SEEN,
    /** The agent used it. */
    USED,
    /** A finding rests on it. */
    NAMED,
    /** Containment takes it away or gives it back. */
    TAKEN;

    /** One word, lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whose doing an entry is. */
  public enum Lane {
    /** What an agent did, as its own hooks tell it. */
    AGENT,
    /** What an agent did, as somebody else saw it: a provider's audit log. */
    PROVIDER,
    /** What Countermand found and did. */
    COUNTERMAND,
    /** What people decided. */
    PEOPLE;

    /** One word, lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The entry for machines. */
  public ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("time", time.toString()).put("lane", lane.word()).put("what", what);
    node.put("id", id).put("agent", agentId).put("severity", severity).put("text", text);
    details.forEach(node.putArray("details")::add);
    related.forEach(node.putArray("related")::add);
    ArrayNode does = node.putArray("effects");
    for (Effect effect : effects) {
      does.addObject()
          .put("verb", effect.verb().wireName())
          .put("resource", effect.resource().type() + " " + effect.resource().id())
          .put("environment", effect.resource().environment())
          .put("reversible", effect.reversible());
    }
    ArrayNode about = node.putArray("credentials");
    for (Touch touch : credentials) {
      about.addObject().put("fingerprint", touch.fingerprint()).put("how", touch.how().word());
    }
    node.put("answer", answer == null ? null : answer.wireName());
    if (origin != null) {
      node.set("kafka", origin.json());
    }
    if (stream != null) {
      node.putObject("elasticsearch").put("data_stream", stream).put("id", id);
    }
    return node;
  }
}
