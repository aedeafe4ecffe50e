package dev.countermand.command.cli;

import dev.countermand.command.stack.Redactors;
import dev.countermand.model.Approval;
import dev.countermand.model.Decision;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person says to an order, or to an attempt, that waits for one. */
final class AnswerCommands {
  private AnswerCommands() {}

  /** Says yes. */
  @Command(
      name = "approve",
      description =
          "Says yes to a containment order that waits for a person (see: contain waiting), or to an"
              + " attempt that does (GET /v1/approvals). Who and why are recorded. What cannot be"
              + " taken back needs the yes of several.")
  static final class ApproveCommand extends AnswerCommand {
    @Override
    Decision decision() {
      return Decision.ALLOW;
    }
  }

  /** Says no. */
  @Command(
      name = "deny",
      description =
          "Says no to a containment order that waits for a person, which is dropped, or to an"
              + " attempt that does. Who and why are recorded.")
  static final class DenyCommand extends AnswerCommand {
    @Override
    Decision decision() {
      return Decision.DENY;
    }
  }

  /** What both have in common. */
  abstract static class AnswerCommand implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Parameters(index = "0", paramLabel = "AGENT", description = "The agent of it.")
    private String agent = "";

    @Parameters(
        index = "1",
        paramLabel = "ORDER",
        description = "The id of the order, or of the action.")
    private String order = "";

    @Option(names = "--reason", required = true, description = "Why.")
    private String reason = "";

    @Mixin private PersonOption by = new PersonOption();

    abstract Decision decision();

    @Override
    public Integer call() {
      Configuration configuration = config.load();
      Approval approval =
          Redactors.records(configuration, InstantSource.system())
              .answer(order, agent, decision(), reason, by.name(configuration));
      try (TopicWriter writer = new TopicWriter(configuration.kafka())) {
        writer.write(
            configuration.kafka().settings().topics().approvals(), agent, Approval.CODEC, approval);
      }
      output.say(
          (decision() == Decision.ALLOW ? "Approved" : "Denied") + " " + order + " for " + agent);
      output.document(Approval.CODEC, approval);
      return 0;
    }
  }
}
