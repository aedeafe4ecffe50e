package dev.countermand.command.cli;

import dev.countermand.model.Incident;
import dev.countermand.model.IncidentKind;
import dev.countermand.model.IncidentStatus;
import dev.countermand.runtime.CountermandException;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Findings about one agent that belong together. */
@Command(
    name = "incident",
    description = "Shows incidents: findings about one agent that belong together.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      IncidentCommand.ListIncidents.class,
      IncidentCommand.Show.class,
      IncidentExportCommand.class
    })
final class IncidentCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** Lists them. */
  @Command(name = "list", description = "Lists the incidents that are not closed.")
  static final class ListIncidents implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Option(names = "--all", description = "The closed ones, too.")
    private boolean all;

    @Override
    public Integer call() {
      print(
          read(config.load().kafka().settings()).stream()
              .filter(one -> all || one.status() != IncidentStatus.CLOSED)
              .toList(),
          output);
      return 0;
    }
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows one incident.")
  static final class Show implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "INCIDENT", description = "Its id.")
    private String id = "";

    @Override
    public Integer call() {
      List<Incident> found =
          read(config.load().kafka().settings()).stream()
              .filter(one -> one.id().equals(id))
              .toList();
      if (found.isEmpty()) {
        throw new CountermandException(
            "INCIDENT_UNKNOWN",
            "There is no incident \"" + id + "\". See: countermand incident list --all.");
      }
      print(found, output);
      found.forEach(one -> explain(one, output));
      return 0;
    }
  }

  /** The one with the latest finding first. */
  private static List<Incident> read(KafkaSettings kafka) {
    try (CompactedView<Incident> view =
        new CompactedView<>(kafka, kafka.topics().incidents(), Incident.CODEC)) {
      return view.awaitCaughtUp(DEADLINE).all().stream()
          .sorted(Comparator.comparing(Incident::last).reversed().thenComparing(Incident::id))
          .toList();
    }
  }

  private static void print(List<Incident> incidents, Output output) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "INCIDENT",
            "AGENT",
            "IS",
            "SEVERITY",
            "RISK",
            "FINDINGS",
            "ALERTS",
            "REPEATED",
            "SUPPRESSED",
            "FIRST",
            "LAST",
            "TITLE"));
    for (Incident one : incidents) {
      rows.add(
          List.of(
              one.id(),
              one.agentId(),
              one.status().wireName(),
              one.severity().wireName(),
              String.format(Locale.ROOT, "%.1f", one.risk()),
              Long.toString(one.counts().findings()),
              Long.toString(one.counts().alerts()),
              Long.toString(one.counts().repeated()),
              Long.toString(one.counts().suppressed()),
              second(one.first()),
              second(one.last()),
              one.title()));
      output.document(Incident.CODEC, one);
    }
    output.table(rows);
  }

  private static void explain(Incident incident, Output output) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("KIND", "SEVERITY", "FINDINGS", "LAST"));
    for (IncidentKind kind : incident.kinds()) {
      rows.add(
          List.of(
              kind.kind(),
              kind.severity().wireName(),
              Long.toString(kind.findings()),
              second(kind.last())));
    }
    output.table(rows);
    List<List<String>> more = new ArrayList<>();
    more.add(List.of("gravest", incident.summary()));
    more.add(List.of("contained", second(incident.containedAt())));
    more.add(List.of("closed", second(incident.closedAt())));
    incident.findings().forEach(id -> more.add(List.of("finding", id)));
    incident.credentials().forEach(fingerprint -> more.add(List.of("credential", fingerprint)));
    output.table(more);
  }

  private static String second(@Nullable Instant instant) {
    return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
