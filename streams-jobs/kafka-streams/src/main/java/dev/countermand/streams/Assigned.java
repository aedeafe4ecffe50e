package dev.countermand.streams;

import dev.countermand.model.Task;
import org.jspecify.annotations.Nullable;

/**
 * An action with the task of its agent.
 *
 * @param arrival the action
 * @param task open or closed; null when the agent never had one
 */
record Assigned(Arrival arrival, @Nullable Task task) {}
