package dev.countermand.collectors.edge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Rung;

/**
 * What the gateway says of an agent.
 *
 * @param isContained whether it may not act
 * @param isRevoked whether its processes are to be ended
 * @param order the last order about it; empty when there was none
 * @param reason why
 */
record Standing(boolean isContained, boolean isRevoked, String order, String reason) {
  static Standing of(JsonNode answer) {
    boolean contained = answer.path("contained").asBoolean(false);
    return new Standing(
        contained,
        contained && answer.path("rung").asText().equals(Rung.REVOKE.wireName()),
        answer.path("order").asText(""),
        answer.path("reason").asText(""));
  }
}
