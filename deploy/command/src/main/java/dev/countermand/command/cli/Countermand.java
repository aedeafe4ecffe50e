package dev.countermand.command.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ScopeType;

/** The command with its subcommands. */
@Command(
    name = "countermand",
    description = "Sees what AI agents do, stops what they must not, and kills their credentials.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      RoleCommands.GatewayCommand.class,
      RoleCommands.ScoreCommand.class,
      BacktestCommand.class,
      LearnCommand.class,
      FlinkCommand.class,
      ContainCommand.class,
      RoleCommands.IndexCommand.class,
      ConsoleCommand.class,
      KibanaCommand.class,
      EdgeCommand.class,
      TaskCommand.class,
      CredentialCommand.class,
      AgentsCommand.class,
      BaselineCommand.class,
      RiskCommand.class,
      IncidentCommand.class,
      TimelineCommand.class,
      ReleaseCommand.class,
      AnswerCommands.ApproveCommand.class,
      AnswerCommands.DenyCommand.class,
      ClassifyCommand.class,
      RedactCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      HelpCommand.class
    })
public final class Countermand {}
