package dev.countermand.command.stack;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The containment that runs somewhere, as people who operate ask it. For one thread. */
public final class Containment implements AutoCloseable {
  private static final String KILL_SWITCH = "kill switch";

  private final String orders;
  private final TopicWriter writer;
  private final TopicWatch<ContainmentPlan> plans;
  private final TopicWatch<ContainmentOutcome> outcomes;

  /**
   * That of a deployment; follows what it does from now on.
   *
   * @param limit how long Kafka is waited for
   * @throws CountermandException KAFKA_UNREACHABLE when it does not answer in that time
   */
  public Containment(Configuration config, Duration limit) {
    this.orders = config.kafka().settings().topics().containmentOrders();
    this.writer = new TopicWriter(config.kafka(), limit);
    this.plans =
        new TopicWatch<>(
            config.kafka().settings(),
            config.kafka().settings().topics().containmentPlans(),
            ContainmentPlan.CODEC);
    this.outcomes =
        new TopicWatch<>(
            config.kafka().settings(),
            config.kafka().settings().topics().containmentOutcomes(),
            ContainmentOutcome.CODEC);
  }

  /**
   * Gives an order and waits for the plan of it.
   *
   * @throws CountermandException NO_OUTCOME when the limit passes before
   */
  public ContainmentPlan plan(ContainmentOrder order, Duration limit) {
    writer.write(orders, order.agentId(), ContainmentOrder.CODEC, order);
    return plans.await(plan -> plan.orderId().equals(order.id()), plan -> true, plan -> {}, limit);
  }

  /**
   * Gives an order to contain and waits until nothing of it runs any more.
   *
   * @param seen told of each outcome
   * @return how the kill switch and each credential that was begun ended
   * @throws CountermandException NO_OUTCOME when the limit passes before
   */
  public List<ContainmentOutcome> contain(
      ContainmentOrder order, Consumer<ContainmentOutcome> seen, Duration limit) {
    ContainmentPlan plan = plan(order, limit);
    Set<String> expected = new HashSet<>(Set.of(KILL_SWITCH));
    if (plan.answer() == PlanAnswer.DO) {
      plan.steps().stream()
          .filter(step -> step.answer() != PlanAnswer.ASK)
          .map(PlannedStep::fingerprint)
          .forEach(expected::add);
    }
    List<ContainmentOutcome> ends = new ArrayList<>();
    outcomes.await(
        one -> one.orderId().equals(order.id()),
        one -> {
          if (isEnd(one)) {
            ends.add(one);
            expected.remove(subject(one));
          }
          return expected.isEmpty();
        },
        seen,
        limit);
    return ends;
  }

  /**
   * Gives an order to release and waits until it is done, or could not be.
   *
   * @param seen told of each outcome
   * @throws CountermandException NO_OUTCOME when the limit passes before
   */
  public ContainmentOutcome release(
      ContainmentOrder order, Consumer<ContainmentOutcome> seen, Duration limit) {
    writer.write(orders, order.agentId(), ContainmentOrder.CODEC, order);
    return outcomes.await(
        one -> one.orderId().equals(order.id()),
        one -> one.step() == Step.RELEASE && one.state() != StepState.REQUESTED,
        seen,
        limit);
  }

  /** Whether a step ended as it was meant to, or waits for people. */
  public static boolean isGood(ContainmentOutcome end) {
    return end.state() != StepState.FAILED && end.state() != StepState.REFUSED;
  }

  private static boolean isEnd(ContainmentOutcome one) {
    return one.state() != StepState.REQUESTED && one.state() != StepState.ACCEPTED;
  }

  private static String subject(ContainmentOutcome one) {
    @Nullable String credential = one.credential();
    return credential == null ? KILL_SWITCH : credential;
  }

  @Override
  public void close() {
    writer.close();
    plans.close();
    outcomes.close();
  }
}
