package dev.countermand.dashboards.timeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * @param origin where it stands in Kafka
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
    Origin origin,
    @Nullable String stream) {

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

  /**
   * Where a record stands in Kafka.
   *
   * @param topic with its prefix
   */
  public record Origin(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /** The entry for machines. */
  public ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("time", time.toString()).put("lane", lane.word()).put("what", what);
    node.put("id", id).put("agent", agentId).put("severity", severity).put("text", text);
    details.forEach(node.putArray("details")::add);
    related.forEach(node.putArray("related")::add);
    node.putObject("kafka")
        .put("topic", origin.topic())
        .put("partition", origin.partition())
        .put("offset", origin.offset());
    if (stream != null) {
      node.putObject("elasticsearch").put("data_stream", stream).put("id", id);
    }
    return node;
  }
}
