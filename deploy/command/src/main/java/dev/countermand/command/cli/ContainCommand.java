package dev.countermand.command.cli;

import dev.countermand.command.stack.Roles;
import dev.countermand.containment.ContainmentService;
import dev.countermand.containment.signals.SignalService;
import dev.countermand.runtime.config.Configuration;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Containment: the role, and what people ask of it. */
@Command(
    name = "contain",
    description =
        "Runs containment: the kill switch, the revokers and the proof. With a subcommand, asks"
            + " something of the containment that runs.",
    subcommands = {ContainPlan.class, ContainOrder.class, ContainWaiting.class, ContainDrill.class})
final class ContainCommand extends RoleCommands.RoleCommand {
  @Override
  AutoCloseable start(Roles roles) {
    ContainmentService containment = roles.containment();
    try {
      Optional<SignalService> signals = roles.signals();
      return () -> {
        signals.ifPresent(SignalService::close);
        containment.close();
      };
    } catch (RuntimeException e) {
      containment.close();
      throw e;
    }
  }

  @Override
  String describe(Configuration c) {
    return "Containment runs in mode " + c.containment().mode() + ".";
  }
}
