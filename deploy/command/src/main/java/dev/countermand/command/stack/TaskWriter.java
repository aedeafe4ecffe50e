package dev.countermand.command.stack;

import dev.countermand.model.AuditEvent;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.kafka.TopicWriter;
import org.jspecify.annotations.Nullable;

/** Changes what agents are granted, and tells of every change. */
public final class TaskWriter {
  private final TopicWriter writer;
  private final Topics topics;

  /** Writes to the topics of a deployment. */
  public TaskWriter(TopicWriter writer, Topics topics) {
    this.writer = writer;
    this.topics = topics;
  }

  /**
   * Puts a task in the place of the one its agent has. The event is written first: a grant that
   * nobody can account for is worse than the reverse.
   *
   * @param actor who does it
   * @param before the task the agent had, open or not; null for none
   */
  public void change(String actor, @Nullable Task before, Task task) {
    AuditEvent event = AuditEvent.ofTask(Ids.next(), actor, "cli", before, task);
    writer.write(topics.audit(), task.agentId(), AuditEvent.CODEC, event);
    writer.write(topics.tasks(), task.agentId(), Task.CODEC, task);
  }
}
