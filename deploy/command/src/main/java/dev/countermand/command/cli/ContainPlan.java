package dev.countermand.command.cli;

import dev.countermand.command.stack.Containment;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.OrderKind;
import dev.countermand.model.PlannedStep;
import dev.countermand.runtime.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what containing an agent would do. */
@Command(
    name = "plan",
    description =
        "Shows what containing an agent would do: which credentials, how far, what each hits beside"
            + " the agent, how it is undone, who must say yes. Does nothing.")
final class ContainPlan implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();
  @Mixin private ContainOptions options = new ContainOptions();
  @Mixin private PersonOption by = new PersonOption();

  @Option(
      names = "--dry-run",
      description = "Do nothing; a plan never does anything, so this changes nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    ContainmentOrder order =
        options.order(configuration, OrderKind.PLAN, "What would it do?", by.name(configuration));
    try (Containment containment = new Containment(configuration, options.limit())) {
      ContainmentPlan plan = containment.plan(order, options.limit());
      output.document(ContainmentPlan.CODEC, plan);
      show(plan);
    }
    return 0;
  }

  private void show(ContainmentPlan plan) {
    output.say("Agent " + plan.agentId() + ": " + plan.rung().wireName() + ". " + plan.reason());
    output.say("First every gateway denies it; a release undoes that.");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("CREDENTIAL", "PROVIDER", "ENVIRONMENT", "STEP", "ANSWER", "OTHERS", "HITS"));
    for (PlannedStep step : plan.steps()) {
      String provider = step.provider();
      String breaks = step.breaks();
      rows.add(
          List.of(
              step.name(),
              provider == null ? "-" : provider,
              step.environment(),
              step.rung().wireName(),
              step.answer().wireName(),
              step.others().isEmpty() ? "-" : String.join(" ", step.others()),
              breaks == null ? "-" : breaks));
    }
    if (plan.steps().isEmpty()) {
      output.say("No credential is taken away.");
      return;
    }
    output.table(rows);
    for (PlannedStep step : plan.steps()) {
      String code = step.code();
      output.say(
          step.name()
              + ": "
              + (code == null ? "" : code + ": ")
              + step.reason()
              + " "
              + step.undo());
    }
  }
}
