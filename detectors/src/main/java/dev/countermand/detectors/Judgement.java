package dev.countermand.detectors;

import dev.countermand.model.Decision;
import dev.countermand.model.Finding;
import dev.countermand.model.Severity;
import java.util.List;

/**
 * An answer to an attempt from the action alone, without the agent's history.
 *
 * @param decision the answer
 * @param severity of the gravest finding
 * @param reason a sentence for the agent and for people
 * @param findings what it rests on; they are not published
 */
public record Judgement(
    Decision decision, Severity severity, String reason, List<Finding> findings) {}
