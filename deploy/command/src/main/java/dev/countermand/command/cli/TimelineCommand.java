package dev.countermand.command.cli;

import dev.countermand.command.stack.Registry;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.dashboards.timeline.TimelinePage;
import dev.countermand.dashboards.timeline.TimelineReader;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What happened, in order. */
@Command(
    name = "timeline",
    description =
        "Tells what happened as one ordered story: what agents did, as their hooks and as providers"
            + " tell it, what was found and done, what people decided; each with its place in Kafka"
            + " and in Elasticsearch. Reads Kafka, and changes nothing.")
final class TimelineCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();
  @Spec private @Nullable CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private About about = new About();

  /** What it is about: one of these. */
  static final class About {
    @Option(names = "--agent", paramLabel = "ID", description = "One agent.")
    private @Nullable String agent;

    @Option(names = "--task", paramLabel = "ID", description = "Whoever worked on one task.")
    private @Nullable String task;

    @Option(names = "--session", paramLabel = "ID", description = "One session.")
    private @Nullable String session;

    @Option(
        names = "--credential",
        paramLabel = "NAME",
        description = "Whoever saw or used one credential: its name or fingerprint.")
    private @Nullable String credential;

    @Option(
        names = "--incident",
        paramLabel = "ID",
        description =
            "One incident: its agent, from ten minutes before it to ten after it was closed, and a day"
                + " after its last finding at most.")
    private @Nullable String incident;

    @Option(
        names = "--finding",
        paramLabel = "ID",
        description = "One finding: what it rests on, and its agent ten minutes around it.")
    private @Nullable String finding;
  }

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description = "The beginning: so long ago, or an instant. Default: 1d ago.")
  private @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description = "The end. Default: now.")
  private @Nullable Instant to;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10000",
      description = "At most so many entries, the latest. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write one HTML file that needs nothing else, to attach to a ticket.")
  private @Nullable Path html;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      description =
          "The prefix of the topics to read, such as that of a replay. Default: that of the"
              + " configuration.")
  private @Nullable String prefix;

  @Override
  public Integer call() {
    Configuration settings = config.load();
    TimelineReader reader =
        new TimelineReader(topics(settings), settings.elasticsearch().namespace(), LIMIT);
    Selection selection = selection(reader, settings);
    if (spec != null && !selection.from().isBefore(selection.to())) {
      throw new ParameterException(spec.commandLine(), "--from must be before --to.");
    }
    if (spec != null && limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1.");
    }
    List<Entry> all = reader.read(selection);
    int left = Math.max(0, all.size() - limit);
    List<Entry> shown = all.subList(left, all.size());
    if (html != null) {
      Output.write(html, TimelinePage.of(title(), selection, shown, left, Instant.now()));
      output.say(shown.size() + " entries are in " + html + ".");
    } else {
      print(shown, left, selection);
    }
    sayEnd(selection);
    return 0;
  }

  /** What came after the end of an incident's timeline is not lost, and can be asked for. */
  private void sayEnd(Selection selection) {
    if (about.incident != null && to == null && selection.to().isBefore(Instant.now())) {
      Instant end = selection.to().truncatedTo(ChronoUnit.MILLIS);
      output.say(
          "It is told until "
              + end
              + ". What came later: the same with --agent and --from "
              + end
              + ".");
    }
  }

  private KafkaSettings topics(Configuration settings) {
    KafkaSettings kafka = settings.kafka().settings();
    return prefix == null
        ? kafka
        : new KafkaSettings(kafka.bootstrap(), new Topics(prefix), kafka.client());
  }

  private Selection selection(TimelineReader reader, Configuration settings) {
    // A span that was asked for goes before that of an incident or a finding.
    if (about.incident != null) {
      return known(reader.incident(about.incident), "INCIDENT_UNKNOWN", "incident")
          .within(from, to);
    }
    if (about.finding != null) {
      return known(reader.finding(about.finding), "FINDING_UNKNOWN", "finding").within(from, to);
    }
    Instant end = to == null ? Instant.now().plus(Duration.ofMinutes(1)) : to;
    Selection span =
        Selection.in(from == null ? Instant.now().minus(Duration.ofDays(1)) : from, end);
    if (about.agent != null) {
      return span.ofAgents(Set.of(about.agent));
    }
    if (about.credential != null) {
      return span.ofCredentials(
          Set.copyOf(
              new Registry(settings, InstantSource.system())
                  .fingerprints(List.of(about.credential))));
    }
    return span.ofTask(about.task).ofSession(about.session);
  }

  private static Selection known(Optional<Selection> found, String code, String thing) {
    return found.orElseThrow(
        () ->
            new CountermandException(
                code, "There is no such " + thing + " on Kafka, or not any more."));
  }

  private String title() {
    return spec == null
        ? "agents"
        : spec.commandLine().getParseResult().matchedOptions().stream()
            .filter(option -> option.group() != null)
            .map(option -> option.longestName().substring(2) + " " + option.getValue())
            .findFirst()
            .orElse("agents");
  }

  /** Where to look for what was meant. */
  private String advice() {
    if (about.agent != null) {
      return "An id is compared whole: see countermand agents.";
    }
    if (about.task != null) {
      return "An id is compared whole: see countermand task list --json.";
    }
    if (about.session != null) {
      return "An id is compared whole: see --agent, of whoever worked in it.";
    }
    return "See countermand credential list.";
  }

  private void print(List<Entry> entries, int left, Selection selection) {
    entries.forEach(entry -> output.line(entry.json()));
    if (entries.isEmpty()) {
      output.say(
          "Nothing of "
              + title()
              + " is known from "
              + selection.from().truncatedTo(ChronoUnit.SECONDS)
              + " until "
              + selection.to().truncatedTo(ChronoUnit.SECONDS)
              + ", or Kafka has not kept it. "
              + advice()
              + " For what is older see --from.");
      return;
    }
    if (left > 0) {
      output.say(left + " earlier entries are left out. See --limit.");
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TIME", "LANE", "AGENT", "WHAT", "SEVERITY", "TEXT", "KAFKA"));
    for (Entry entry : entries) {
      rows.add(
          List.of(
              entry.time().truncatedTo(ChronoUnit.MILLIS).toString(),
              entry.lane().word(),
              entry.agentId() == null ? "-" : entry.agentId(),
              entry.what(),
              entry.severity() == null ? "-" : entry.severity(),
              entry.text(),
              String.valueOf(entry.origin())));
    }
    output.table(rows);
  }
}
