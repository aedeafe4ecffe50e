package dev.countermand.command.cli;

import dev.countermand.command.stack.TopicWriter;
import dev.countermand.model.Approval;
import dev.countermand.model.Decision;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.Configuration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says yes or no to an order that waits for a person. */
@Command(
    name = "approve",
    description =
        "Says yes (or, with --deny, no) to a containment order that waits for a person. Who and"
            + " why are recorded.")
final class ApproveCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Parameters(index = "0", paramLabel = "AGENT", description = "The agent of the order.")
  private String agent = "";

  @Parameters(index = "1", paramLabel = "ORDER", description = "The id of the order.")
  private String order = "";

  @Option(names = "--deny", description = "Drop the order instead of carrying it out.")
  private boolean deny;

  @Option(names = "--reason", required = true, description = "Why.")
  private String reason = "";

  @Mixin private PersonOption by = new PersonOption();

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    Approval approval =
        new Approval(
            order,
            Instant.now(),
            agent,
            deny ? Decision.DENY : Decision.ALLOW,
            by.name(),
            reason,
            Extra.NONE);
    try (TopicWriter writer = new TopicWriter(configuration.kafka())) {
      writer.write(
          configuration.kafka().settings().topics().approvals(), agent, Approval.CODEC, approval);
    }
    output.say((deny ? "Denied" : "Approved") + " order " + order + " for " + agent);
    output.document(Approval.CODEC, approval);
    return 0;
  }
}
