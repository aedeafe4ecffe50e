package dev.countermand.collectors.gateway;

import dev.countermand.model.Decision;

/**
 * What local understanding says of an attempt.
 *
 * @param decision the answer
 * @param reason why, for the agent and for people
 */
public record LocalVerdict(Decision decision, String reason) {}
