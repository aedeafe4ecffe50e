package dev.countermand.command.bench;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.command.stack.TopicWatch;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.StepState;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.Duration;

/**
 * From the call that writes an action in which scoring finds a destruction, to the record of the
 * agent's risk: through scoring, its findings, and the risk job. One agent after the other.
 */
final class RiskBench {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private RiskBench() {}

  /**
   * Measures.
   *
   * @param warmUp how many agents come before those that count
   */
  static Percentiles run(Pipeline pipeline, int warmUp, int agents) {
    long[] latencies = new long[agents];
    KafkaSettings kafka = pipeline.config().kafka().settings();
    try (TopicWriter writer = new TopicWriter(pipeline.config().kafka());
        TopicWatch<Risk> risks = new TopicWatch<>(kafka, kafka.topics().risk(), Risk.CODEC);
        TopicWatch<ContainmentOutcome> outcomes =
            new TopicWatch<>(
                kafka, kafka.topics().containmentOutcomes(), ContainmentOutcome.CODEC)) {
      for (int i = 0; i < warmUp + agents; i++) {
        String agent = "risk-agent-" + i;
        String subject = RiskSubject.agent(agent);
        Action deed = Deeds.destruction(agent);
        long begun = System.nanoTime();
        writer.write(kafka.topics().actions(), agent, Action.CODEC, deed);
        risks.await(one -> one.subject().equals(subject), one -> true, one -> {}, LONGEST);
        if (i >= warmUp) {
          latencies[i - warmUp] = System.nanoTime() - begun;
        }
        // What its containment does must not stand in the way of the next.
        outcomes.await(
            one -> one.agentId().equals(agent),
            one -> one.state() == StepState.VERIFIED,
            one -> {},
            LONGEST);
      }
    }
    return new Percentiles(latencies);
  }
}
