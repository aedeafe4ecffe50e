package dev.countermand.command.cli;

import dev.countermand.command.stack.Roles;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** How risky agents, sessions, credentials and owners are. */
@Command(
    name = "risk",
    description = "Shows how risky agents, sessions, credentials and owners are now, and why.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RiskCommand.ListRisks.class, RiskCommand.Show.class})
final class RiskCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** What is below has decayed so far that a list of it helps nobody. */
  private static final double LEAST = 1;

  /** Lists all. */
  @Command(name = "list", description = "Lists every subject with a risk of 1 or more, of 100.")
  static final class ListRisks implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
      print(read(config.load()).stream().filter(risk -> risk.score() >= LEAST).toList(), output);
      return 0;
    }
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows what makes one subject risky.")
  static final class Show implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Parameters(
        paramLabel = "SUBJECT",
        description = "agent:ID, session:AGENT|SESSION, credential:FINGERPRINT or owner:NAME.")
    private String subject = "";

    @Override
    public Integer call() {
      List<Risk> found =
          read(config.load()).stream().filter(risk -> risk.subject().equals(subject)).toList();
      if (found.isEmpty()) {
        throw new CountermandException(
            "RISK_UNKNOWN",
            "Nothing was found of \"" + subject + "\" lately. See: countermand risk list.");
      }
      print(found, output);
      found.forEach(risk -> explain(risk, output));
      return 0;
    }
  }

  /** The risks as they are now, the greatest first. */
  private static List<Risk> read(Configuration config) {
    KafkaSettings kafka = config.kafka().settings();
    RiskPolicy policy = Roles.riskPolicy(config.risk());
    Instant now = Instant.now();
    try (CompactedView<Risk> view = new CompactedView<>(kafka, kafka.topics().risk(), Risk.CODEC)) {
      return view.awaitCaughtUp(DEADLINE).all().stream()
          .map(risk -> risk.at(now, policy.answer(risk.scoreAt(now)).orElse(null)))
          .sorted(
              Comparator.comparingDouble((Risk risk) -> -risk.score()).thenComparing(Risk::subject))
          .toList();
    }
  }

  private static void print(List<Risk> risks, Output output) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("SUBJECT", "RISK", "ASKS FOR", "KINDS"));
    for (Risk risk : risks) {
      rows.add(
          List.of(
              risk.subject(),
              String.format(Locale.ROOT, "%.1f", risk.score()),
              risk.answer() == null ? "-" : risk.answer().wireName(),
              risk.contributions().stream()
                  .map(RiskContribution::kind)
                  .collect(Collectors.joining(", "))));
      output.document(Risk.CODEC, risk);
    }
    output.table(rows);
  }

  private static void explain(Risk risk, Output output) {
    Duration halfLife = Duration.ofSeconds(risk.halfLifeSeconds());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("KIND", "SEVERITY", "WEIGHED", "WEIGHS", "SINCE", "FINDINGS", "STRONGEST"));
    for (RiskContribution one : risk.contributions()) {
      rows.add(
          List.of(
              one.kind(),
              one.severity().wireName(),
              String.format(Locale.ROOT, "%.3f", one.weight()),
              String.format(Locale.ROOT, "%.3f", one.weightAt(risk.time(), halfLife)),
              one.time().truncatedTo(ChronoUnit.SECONDS).toString(),
              Long.toString(one.count()),
              one.findingId()));
    }
    output.table(rows);
  }
}
