package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.FieldType;
import dev.countermand.model.json.Json;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where a record stands in Kafka. An indexed document has it as {@code countermand.kafka}.
 *
 * @param topic with its prefix
 */
public record Origin(String topic, int partition, long offset) {
  /** Its fields in an indexed document, by dotted path. */
  static final Map<String, FieldType> FIELDS =
      Map.of(
          "countermand.kafka.topic", FieldType.KEYWORD,
          "countermand.kafka.partition", FieldType.LONG,
          "countermand.kafka.offset", FieldType.LONG);

  /** Where a record was read. */
  public static Origin of(ConsumerRecord<?, ?> message) {
    return new Origin(message.topic(), message.partition(), message.offset());
  }

  /** Where an indexed document came from; empty for one of a sink that did not yet note it. */
  public static Optional<Origin> of(JsonNode document) {
    JsonNode place = document.at("/countermand/kafka");
    JsonNode topic = place.path("topic");
    JsonNode partition = place.path("partition");
    JsonNode offset = place.path("offset");
    boolean isWhole =
        topic.isTextual()
            && partition.isIntegralNumber()
            && partition.canConvertToInt()
            && offset.isIntegralNumber()
            && offset.canConvertToLong();
    return isWhole
        ? Optional.of(new Origin(topic.textValue(), partition.intValue(), offset.longValue()))
        : Optional.empty();
  }

  /** For machines. */
  public ObjectNode json() {
    return Json.mapper()
        .createObjectNode()
        .put("topic", topic)
        .put("partition", partition)
        .put("offset", offset);
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
