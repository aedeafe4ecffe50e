package dev.countermand.streams;

import dev.countermand.model.Action;

/**
 * An action as it stood on its topic.
 *
 * @param action the action
 * @param digest of its bytes, to tell a repetition from another action with the same id
 */
record Arrival(Action action, String digest) {}
