package dev.countermand.dashboards.console;

import dev.countermand.model.ContainmentOrder;
import java.time.Instant;

/**
 * An order that waits for people.
 *
 * @param since when they were asked
 */
public record WaitingOrder(ContainmentOrder order, Instant since) {}
