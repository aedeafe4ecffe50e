package dev.countermand.dashboards.console;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.Recommendation;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/**
 * What other parts of Countermand know, and the console shows.
 *
 * @param questions the orders that wait for people in the state of an agent, the oldest first
 * @param riskAnswer what a risk's score asks for, 0 to 100; empty for nothing
 */
public record Knowledge(
    Function<ContainmentState, List<WaitingOrder>> questions,
    DoubleFunction<Optional<Recommendation>> riskAnswer) {}
