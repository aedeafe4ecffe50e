package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.BacktestReport;
import dev.countermand.command.stack.Detection;
import dev.countermand.detectors.Scoring;
import dev.countermand.embedded.Progress;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.LogReader;
import dev.countermand.streams.flink.backtest.Backtest;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries rules over the past. */
@Command(
    name = "backtest",
    description =
        "Runs every rule over recorded actions, with Flink in this process, and says which second"
            + " each would have fired and whom it would have stopped, beside what was done. Nothing"
            + " is written to Kafka.")
final class BacktestCommand implements Callable<Integer> {
  private static final Duration READING = Duration.ofSeconds(60);

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description =
          "The configuration whose sections scoring and tasks are tried. Default: the one in force.")
  private @Nullable Path rules;

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "7d",
      converter = MomentConverter.class,
      description = "The first findings: so long ago, or an instant. Default: 7d.")
  private Instant from = Instant.EPOCH;

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description = "The end. Default: now.")
  private @Nullable Instant to;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "1d",
      converter = DurationConverter.class,
      description = "How much earlier actions are read, so that agents have a past. Default: 1d.")
  private Duration warmUp = Duration.ZERO;

  @Override
  public Integer call() {
    Instant end = to == null ? Instant.now() : to;
    if (spec != null && !from.isBefore(end)) {
      throw new ParameterException(spec.commandLine(), "--from must be before --to.");
    }
    Configuration settings = config.load();
    KafkaSettings kafka = settings.kafka().settings();
    Path file = rules == null ? config.path().orElse(null) : rules;
    Written tried = new Written(file == null ? null : file.toAbsolutePath().toString());
    // Before Flink starts: what is wrong with the file is said at once.
    tried.scoring();
    Progress steps = new Steps();
    steps.step("Trying the rules on the actions from " + from + " until " + end);
    BacktestReport report = new BacktestReport();
    Backtest.Summary summary =
        Backtest.run(
            kafka,
            settings.data().resolve("backtest"),
            tried,
            new Backtest.Span(from, end, warmUp),
            report::would);
    steps.step("Reading what was done");
    LogReader log = new LogReader(kafka);
    log.read(kafka.topics().containmentOrders(), ContainmentOrder.CODEC, READING)
        .forEach(report::ordered);
    log.read(kafka.topics().containmentOutcomes(), ContainmentOutcome.CODEC, READING).stream()
        .filter(outcome -> !outcome.time().isBefore(from))
        .forEach(report::did);
    print(report, summary);
    return 0;
  }

  /** The rules of a file, read where Flink needs them. */
  private record Written(@Nullable String file) implements Backtest.Rules {
    @Override
    public Scoring scoring() {
      Configuration written =
          file == null ? ConfigurationLoader.defaults() : ConfigurationLoader.load(Path.of(file));
      return Detection.of(written, new CompositeMeterRegistry());
    }
  }

  private void print(BacktestReport report, Backtest.Summary summary) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RULE", "FINDINGS", "AGENTS", "STOPS", "FIRST"));
    for (BacktestReport.Rule rule : report.rules()) {
      rows.add(
          List.of(
              rule.id(),
              Long.toString(rule.findings()),
              Integer.toString(rule.agents()),
              Long.toString(rule.stops()),
              second(rule.first())));
      output.line(
          Json.mapper()
              .createObjectNode()
              .put("rule", rule.id())
              .put("findings", rule.findings())
              .put("agents", rule.agents())
              .put("stops", rule.stops())
              .put("first", text(rule.first())));
    }
    output.table(rows);
    List<List<String>> agents = new ArrayList<>();
    agents.add(List.of("AGENT", "WOULD STOP", "BY", "WAS STOPPED", "COMPARED", "WRONGLY"));
    for (BacktestReport.Stop stop : report.stops()) {
      agents.add(
          List.of(
              stop.agent(),
              second(stop.would()),
              stop.rule() == null ? "-" : stop.rule(),
              second(stop.was()),
              stop.comparison(),
              stop.wrongly() ? "released " + second(stop.released()) : "-"));
      output.line(
          Json.mapper()
              .createObjectNode()
              .put("agent", stop.agent())
              .put("would_stop", text(stop.would()))
              .put("by", stop.rule())
              .put("was_stopped", text(stop.was()))
              .put("was_stopped_by", stop.wasBy())
              .put("by_hand", stop.byHand())
              .put("released", text(stop.released()))
              .put("wrongly", stop.wrongly()));
    }
    output.say("");
    output.table(agents);
    output.say("");
    output.say(
        summary.actions()
            + " actions scored; "
            + summary.repeated()
            + " came twice, "
            + summary.unreadable()
            + " records could not be read, at "
            + summary.failed()
            + " a rule failed.");
    ObjectNode counts =
        Json.mapper()
            .createObjectNode()
            .put("actions", summary.actions())
            .put("repeated", summary.repeated())
            .put("unreadable", summary.unreadable())
            .put("failed", summary.failed());
    output.line(counts);
  }

  private static String second(@Nullable Instant instant) {
    return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
