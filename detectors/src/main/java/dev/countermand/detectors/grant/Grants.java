package dev.countermand.detectors.grant;

import dev.countermand.detectors.Known;
import dev.countermand.model.Action;
import dev.countermand.model.Task;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent's scope comes from.
 *
 * @param profile the grant that applies to an agent while no task is open for it, whose profile is
 *     also that of a task that names none; null for none
 * @param policy decides what a grant covers
 */
public record Grants(Function<String, @Nullable Task> profile, GrantPolicy policy) {

  /** No profiles, and the grant of the task as it stands. */
  public static final Grants BUILT_IN = new Grants(agent -> null, TaskGrant.BUILT_IN);

  /**
   * The scope of an agent at the time of its action, as far as that is believed.
   *
   * @param task the task the agent has, open or not; null for none
   * @param known the registered credentials
   */
  public Scope scope(Action action, @Nullable Task task, Known known) {
    Instant time = action.believedTime();
    Task open =
        task != null && task.grantsAt(time) && task.covers(action.sessionId()) ? task : null;
    String own = open == null ? null : open.profile();
    Task fallback = own == null ? profile.apply(action.agentId()) : null;
    return new Scope(
        time,
        action.agentId(),
        open,
        open == null ? fallback : null,
        fallback == null ? own : fallback.profile(),
        action.narrowing(),
        policy,
        known);
  }
}
