package dev.countermand.command.cli;

import dev.countermand.command.stack.Containment;
import dev.countermand.command.stack.Redactors;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.OrderKind;
import dev.countermand.model.StepState;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.CompactedView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a contained agent act again. */
@Command(
    name = "release",
    description =
        "Lets a contained agent act again and gives back what can be given back. Who and why are"
            + " recorded. Waits until it is done.")
final class ReleaseCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "AGENT", description = "The agent.")
  private String agent = "";

  @Option(names = "--reason", required = true, description = "Why it may act again.")
  private String reason = "";

  @Mixin private PersonOption by = new PersonOption();

  @Option(
      names = "--wait",
      converter = DurationConverter.class,
      description = "How long to wait. Default: ${DEFAULT-VALUE}.",
      defaultValue = "30s")
  private Duration wait = Duration.ofSeconds(30);

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    String person = by.name(configuration);
    if (!isContained(configuration)) {
      throw new CountermandException(
          "AGENT_NOT_CONTAINED",
          "Agent "
              + agent
              + " is not contained, so there is nothing to release. See countermand agents.");
    }
    ContainmentOrder order =
        Redactors.records(configuration, InstantSource.system())
            .order(OrderKind.RELEASE, agent, reason, List.of(), null, person);
    try (Containment containment = new Containment(configuration, wait)) {
      ContainmentOutcome last =
          containment.release(
              order,
              outcome -> {
                output.say(
                    outcome.step().wireName()
                        + " "
                        + outcome.state().wireName()
                        + ": "
                        + outcome.reason());
                output.document(ContainmentOutcome.CODEC, outcome);
              },
              wait);
      return last.state() == StepState.VERIFIED ? 0 : 1;
    }
  }

  /** Or something of it could not be given back yet. */
  private boolean isContained(Configuration configuration) {
    try (CompactedView<ContainmentState> states =
        new CompactedView<>(
            configuration.kafka().settings(),
            configuration.kafka().settings().topics().containmentState(),
            ContainmentState.CODEC)) {
      return states
          .awaitCaughtUp(wait)
          .find(agent)
          .filter(
              state ->
                  state.status() != ContainmentStatus.RELEASED || !state.credentials().isEmpty())
          .isPresent();
    }
  }
}
