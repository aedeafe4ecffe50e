package dev.countermand.command.cli;

import dev.countermand.detectors.baseline.Explanation;
import dev.countermand.model.Baseline;
import dev.countermand.model.Learned;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What was learned to be normal. */
@Command(
    name = "baseline",
    description = "Shows what was learned to be normal.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BaselineCommand.ListBaselines.class, BaselineCommand.Show.class})
final class BaselineCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final double HOUR = 3_600;

  /** Lists all. */
  @Command(name = "list", description = "Lists every baseline.")
  static final class ListBaselines implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
      print(read(config.load().kafka().settings()), output);
      return 0;
    }
  }

  /** Shows those of one subject. */
  @Command(name = "show", description = "Shows and explains the baselines of one subject.")
  static final class Show implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Parameters(
        paramLabel = "SUBJECT",
        description =
            "agent:ID, peers:WITNESS, credential:FINGERPRINT or resource:TYPE@ENVIRONMENT.")
    private String subject = "";

    @Override
    public Integer call() {
      List<Baseline> found =
          read(config.load().kafka().settings()).stream()
              .filter(baseline -> baseline.subject().equals(subject))
              .toList();
      if (found.isEmpty()) {
        throw new CountermandException(
            "BASELINE_UNKNOWN",
            "Nothing was learned of \"" + subject + "\" yet. See: countermand baseline list.");
      }
      print(found, output);
      found.forEach(baseline -> output.say(Explanation.of(baseline)));
      return 0;
    }
  }

  private static List<Baseline> read(KafkaSettings kafka) {
    try (CompactedView<Baseline> view =
        new CompactedView<>(kafka, kafka.topics().baselines(), Baseline.CODEC)) {
      return view.awaitCaughtUp(DEADLINE).all().stream()
          .sorted(Comparator.comparing(Baseline::key))
          .toList();
    }
  }

  private static void print(List<Baseline> baselines, Output output) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("SUBJECT", "FEATURE", "PER HOUR", "WINDOWS", "P50", "P95", "P99", "MAX", "UNTIL"));
    for (Baseline baseline : baselines) {
      Learned learned = baseline.learned();
      rows.add(
          List.of(
              baseline.subject(),
              baseline.feature(),
              String.format(Locale.ROOT, "%.2f", baseline.expected(HOUR)),
              number(learned == null ? null : learned.windows()),
              number(learned == null ? null : learned.p50()),
              number(learned == null ? null : learned.p95()),
              number(learned == null ? null : learned.p99()),
              number(learned == null ? null : learned.max()),
              baseline.time().truncatedTo(ChronoUnit.SECONDS).toString()));
      output.document(Baseline.CODEC, baseline);
    }
    output.table(rows);
  }

  private static String number(@Nullable Long value) {
    return value == null ? "-" : value.toString();
  }
}
