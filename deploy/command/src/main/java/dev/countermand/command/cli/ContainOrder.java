package dev.countermand.command.cli;

import dev.countermand.command.stack.Containment;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.OrderKind;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Contains an agent because a person says so. */
@Command(
    name = "order",
    description =
        "Contains an agent now. Who and why are recorded. Waits until each credential that was"
            + " begun is proved dead or has failed; what waits for people is told.")
final class ContainOrder implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();
  @Mixin private ContainOptions options = new ContainOptions();
  @Mixin private PersonOption by = new PersonOption();

  @Option(names = "--reason", required = true, description = "Why it is contained.")
  private String reason = "";

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    String person = by.name(configuration);
    try (Containment containment = open(configuration)) {
      ContainmentOrder order = options.order(configuration, OrderKind.CONTAIN, reason, person);
      output.say("Order " + order.id());
      List<ContainmentOutcome> ends = carriedOut(containment, order);
      if (ends.stream().allMatch(one -> one.credential() == null)) {
        output.say(
            "No registered credential of "
                + order.agentId()
                + " is known, so only gateways stop it. Is that the agent's name? See countermand"
                + " agents, and --credential.");
      }
      return ends.stream().allMatch(Containment::isGood) ? 0 : 1;
    }
  }

  private Containment open(Configuration configuration) {
    try {
      return new Containment(configuration, options.limit());
    } catch (CountermandException e) {
      throw notGiven(
          e,
          "Nothing was done, and the order is kept nowhere: give it again when Kafka answers. Until"
              + " then end the agent's process, and take its credentials away at their providers"
              + " (docs/containment.md, While Kafka is away). What was contained before stays so.");
    }
  }

  private List<ContainmentOutcome> carriedOut(Containment containment, ContainmentOrder order) {
    try {
      return containment.contain(order, this::tell, options.limit());
    } catch (CountermandException e) {
      throw notGiven(
          e,
          "Whether the order is there is not known: give it again when Kafka answers, which does no"
              + " harm twice.");
    }
  }

  private void tell(ContainmentOutcome one) {
    output.say(
        one.step().wireName()
            + (one.credential() == null ? "" : " of " + one.credential())
            + " "
            + one.state().wireName()
            + ": "
            + one.reason());
    output.document(ContainmentOutcome.CODEC, one);
  }

  private CountermandException notGiven(CountermandException why, String advice) {
    return why.code().equals("KAFKA_UNREACHABLE")
        ? new CountermandException(
            "ORDER_NOT_GIVEN",
            "Agent " + options.agent() + " is not contained. " + why.getMessage() + " " + advice,
            why)
        : why;
  }
}
