package dev.countermand.command.cli;

import dev.countermand.containment.Questions;
import dev.countermand.model.Ask;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.runtime.asks.OpenAsks;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.CompactedView;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what waits for people. */
@Command(
    name = "waiting",
    description =
        "Lists the orders, and the attempts, that wait for people to approve or deny them.")
final class ContainWaiting implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    Duration expire = configuration.containment().approvals().expire();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("AGENT", "ORDER", "UNTIL", "RUNG", "CREDENTIALS", "WHY"));
    try (CompactedView<ContainmentState> states =
        new CompactedView<>(
            configuration.kafka().settings(),
            configuration.kafka().settings().topics().containmentState(),
            ContainmentState.CODEC)) {
      states.awaitCaughtUp(DEADLINE).all().stream()
          .flatMap(state -> Questions.of(state).stream())
          .forEach(
              question -> {
                ContainmentOrder order = question.order();
                output.document(ContainmentOrder.CODEC, order);
                rows.add(
                    List.of(
                        order.agentId(),
                        order.id(),
                        question.since().plus(expire).truncatedTo(ChronoUnit.SECONDS).toString(),
                        order.rung() == null ? "by policy" : order.rung().wireName(),
                        Integer.toString(order.credentials().size()),
                        order.reason()));
              });
    }
    attempts(configuration)
        .forEach(
            ask -> {
              output.document(Ask.CODEC, ask);
              rows.add(
                  List.of(
                      ask.agentId(),
                      ask.actionId(),
                      ask.until().truncatedTo(ChronoUnit.SECONDS).toString(),
                      "attempt",
                      "-",
                      ask.reason() + (ask.command() == null ? "" : ": " + ask.command())));
            });
    output.table(rows);
    return 0;
  }

  private static List<Ask> attempts(Configuration configuration) {
    try (OpenAsks asks =
        new OpenAsks(configuration.kafka().settings(), InstantSource.system())
            .awaitCaughtUp(DEADLINE)) {
      return asks.waiting();
    }
  }
}
