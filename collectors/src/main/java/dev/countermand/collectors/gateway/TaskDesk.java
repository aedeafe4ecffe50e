package dev.countermand.collectors.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.config.TaskSettings;
import dev.countermand.runtime.kafka.CompactedView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Changes what agents are granted, and tells of every change. Thread-safe. */
final class TaskDesk {
  private static final Set<String> STARTS = Set.of("SessionStart", "session-start");

  private final TaskSettings config;
  private final Topics topics;
  private final Outbox outbox;
  private final CompactedView<Task> tasks;
  private final InstantSource clock;
  private final Cache<String, Task> lately =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).build();

  TaskDesk(
      TaskSettings config,
      Topics topics,
      Outbox outbox,
      CompactedView<Task> tasks,
      InstantSource clock) {
    this.config = config;
    this.topics = topics;
    this.outbox = outbox;
    this.tasks = tasks;
    this.clock = clock;
  }

  /** The last task of every agent. */
  List<Task> all() {
    return tasks.all();
  }

  /** The last task of an agent, open or not; what this gateway put counts before it comes back. */
  Optional<Task> find(String agentId) {
    Optional<Task> seen = tasks.find(agentId);
    Task own = lately.getIfPresent(agentId);
    return own != null && seen.filter(task -> !task.time().isBefore(own.time())).isEmpty()
        ? Optional.of(own)
        : seen;
  }

  /**
   * Puts a task in the place of the one its agent has.
   *
   * @param actor who does it
   * @param via by which way
   * @return completes when event and task are safe; the event is put first, because a grant that
   *     nobody can account for is worse than the reverse
   */
  CompletableFuture<Task> change(String actor, String via, Task task) {
    AuditEvent event =
        AuditEvent.ofTask(Ids.next(), actor, via, find(task.agentId()).orElse(null), task);
    return outbox
        .put(topics.audit(), task.agentId(), AuditEvent.CODEC.encode(event))
        .thenCompose(receipt -> outbox.put(topics.tasks(), task.agentId(), Task.CODEC.encode(task)))
        .thenApply(
            receipt -> {
              lately.put(task.agentId(), task);
              return task;
            });
  }

  /** Opens the task that the profile of an agent has for a session that starts, if it has one. */
  CompletableFuture<Void> started(Action action) {
    if (action.kind() != ActionKind.SESSION || !STARTS.contains(action.name())) {
      return CompletableFuture.completedFuture(null);
    }
    Instant now = clock.instant();
    // Without Kafka nobody knows what is open; the profile applies all the same.
    if (!tasks.isCaughtUp() || outbox.way() != Outbox.Way.UP) {
      return CompletableFuture.completedFuture(null);
    }
    boolean busy = find(action.agentId()).map(task -> task.grantsAt(now)).orElse(false);
    return config
        .profile(action.agentId())
        .filter(profile -> profile.openAtSessionStart() && !busy)
        .map(
            profile ->
                change(
                        "profile " + profile.name(),
                        "session-start",
                        opened(profile, action.agentId(), now))
                    .<Void>thenApply(task -> null))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private static Task opened(TaskSettings.Profile profile, String agentId, Instant now) {
    Task grant = profile.grant(agentId);
    return new Task(
            Ids.next(),
            now,
            agentId,
            TaskStatus.OPEN,
            grant.purpose(),
            grant.environments(),
            grant.resources(),
            grant.verbs(),
            grant.credentials(),
            now,
            now.plus(profile.openFor()),
            "profile " + profile.name(),
            Extra.NONE)
        .ofProfile(profile.name());
  }
}
