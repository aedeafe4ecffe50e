package dev.countermand.streams;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Incident;
import dev.countermand.model.Risk;
import java.util.List;

/**
 * What is told of a subject.
 *
 * @param risks at most one
 * @param incidents the one that is over first
 * @param orders at most one
 */
record Told(List<Risk> risks, List<Incident> incidents, List<ContainmentOrder> orders) {}
