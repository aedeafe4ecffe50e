package dev.countermand.command.cli;

import dev.countermand.command.stack.Redactors;
import dev.countermand.command.stack.Registry;
import dev.countermand.command.stack.TaskWriter;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The tasks: what each agent was asked to do and may touch for it. */
@Command(
    name = "task",
    description = "Opens and closes tasks: what an agent was asked to do and may touch for it.",
    subcommands = {
      TaskCommand.Open.class,
      TaskCommand.Close.class,
      TaskCommand.ListThem.class,
      TaskCommand.Show.class,
      TaskHistory.class
    })
final class TaskCommand {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  /** Opens one. */
  @Command(
      name = "open",
      description = "Grants an agent a scope. It replaces the task that was open for the agent.")
  static final class Open implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Option(names = "--agent", required = true, description = "The agent.")
    private String agent = "";

    @Option(
        names = "--session",
        paramLabel = "ID",
        description = "Only this session of the agent. Default: all.")
    private @Nullable String session;

    @Option(names = "--purpose", required = true, description = "What is to be done, in words.")
    private String purpose = "";

    @Option(
        names = "--profile",
        paramLabel = "NAME",
        converter = WordConverter.class,
        description =
            "What kind of task it is, such as refactoring: the agent is compared with others of"
                + " its kind at such a task. Default: the name of the agent's profile.")
    private @Nullable String profile;

    @Option(
        names = "--environment",
        description = "Where it may act; * for everywhere. Repeatable.")
    private List<String> environments = new ArrayList<>();

    @Option(
        names = "--resource",
        paramLabel = "TYPE:ID",
        description = "What it may change, a glob; * for all. Repeatable.")
    private List<String> resources = new ArrayList<>();

    @Option(
        names = "--verb",
        converter = VerbConverter.class,
        description = "What it may do: read, write, delete, ... Repeatable.")
    private List<Verb> verbs = new ArrayList<>();

    @Option(
        names = "--credential",
        paramLabel = "NAME",
        description = "A registered credential it is given, by name or fingerprint. Repeatable.")
    private List<String> credentials = new ArrayList<>();

    @Option(
        names = "--for",
        paramLabel = "DURATION",
        converter = DurationConverter.class,
        description = "How long the grant holds, for instance 8h. Default: until it is closed.")
    private @Nullable Duration duration;

    @Mixin private PersonOption by = new PersonOption();

    @Override
    public Integer call() {
      Configuration configuration = config.load();
      PersonRecords records = Redactors.records(configuration, InstantSource.system());
      String id = records.agent(agent);
      String person = by.name(configuration);
      String what = records.typed(purpose);
      String only = session == null ? null : records.matched("--session", session);
      List<String> where =
          environments.stream().map(one -> records.matched("--environment", one)).toList();
      List<String> which =
          resources.stream().map(one -> records.resource("--resource", one)).toList();
      try (TopicWriter writer = new TopicWriter(configuration.kafka())) {
        Instant now = Instant.now();
        Task task =
            new Task(
                    Ids.next(),
                    now,
                    id,
                    TaskStatus.OPEN,
                    what,
                    where,
                    which,
                    verbs,
                    new Registry(configuration, InstantSource.system()).fingerprints(credentials),
                    now,
                    duration == null ? null : now.plus(duration),
                    person,
                    Extra.NONE)
                .forSession(only)
                .ofProfile(profile);
        tasks(writer, configuration).change(person, before(configuration, id), task);
        output.say("Opened task " + task.id() + " for " + id);
        output.document(Task.CODEC, task);
      }
      return 0;
    }
  }

  /** Closes the task of an agent. */
  @Command(name = "close", description = "Ends what the agent was granted.")
  static final class Close implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "AGENT", description = "The agent.")
    private String agent = "";

    @Mixin private PersonOption by = new PersonOption();

    @Override
    public Integer call() {
      Configuration configuration = config.load();
      String person = by.name(configuration);
      Task open = find(configuration, agent);
      Instant now = Instant.now();
      Task closed = open.closedAt(now);
      try (TopicWriter writer = new TopicWriter(configuration.kafka())) {
        tasks(writer, configuration).change(person, open, closed);
      }
      output.say("Closed task " + closed.id() + " of " + agent);
      output.document(Task.CODEC, closed);
      return 0;
    }
  }

  /** Lists them. */
  @Command(name = "list", description = "Lists the last task of every agent.")
  static final class ListThem implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
      List<List<String>> rows = new ArrayList<>();
      rows.add(
          List.of("AGENT", "SESSION", "STATUS", "ENVIRONMENTS", "CREDENTIALS", "UNTIL", "PURPOSE"));
      Instant now = Instant.now();
      for (Task task : all(config.load())) {
        output.document(Task.CODEC, task);
        rows.add(
            List.of(
                task.agentId(),
                task.sessionId() == null ? "all" : task.sessionId(),
                task.grantsAt(now) ? "open" : "ended",
                String.join(",", task.environments()),
                Integer.toString(task.credentials().size()),
                task.until() == null
                    ? "-"
                    : task.until().truncatedTo(ChronoUnit.SECONDS).toString(),
                task.purpose()));
      }
      output.table(rows);
      return 0;
    }
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows what an agent is granted, as JSON.")
  static final class Show implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "AGENT", description = "The agent.")
    private String agent = "";

    @Override
    public Integer call() {
      Output.pretty(Task.CODEC.toTree(find(config.load(), agent)));
      return 0;
    }
  }

  private static TaskWriter tasks(TopicWriter writer, Configuration configuration) {
    return new TaskWriter(writer, configuration.kafka().settings().topics());
  }

  private static @Nullable Task before(Configuration configuration, String agent) {
    return all(configuration).stream()
        .filter(task -> task.agentId().equals(agent))
        .findFirst()
        .orElse(null);
  }

  /** The last task of every agent. */
  static List<Task> all(Configuration configuration) {
    try (CompactedView<Task> view =
        new CompactedView<>(
            configuration.kafka().settings(),
            configuration.kafka().settings().topics().tasks(),
            Task.CODEC)) {
      return view.awaitCaughtUp(DEADLINE).all().stream()
          .sorted(Comparator.comparing(Task::agentId))
          .toList();
    }
  }

  private static Task find(Configuration configuration, String agent) {
    return all(configuration).stream()
        .filter(task -> task.agentId().equals(agent))
        .findFirst()
        .orElseThrow(
            () ->
                new CountermandException(
                    "TASK_UNKNOWN",
                    "Agent \"" + agent + "\" has no task. See: countermand task list."));
  }

  /** Verbs by the names they have in documents. */
  private static final class VerbConverter implements ITypeConverter<Verb> {
    @Override
    public Verb convert(String word) {
      return Verb.named(word.toLowerCase(Locale.ROOT))
          .orElseThrow(() -> new TypeConversionException(Verb.CHOICE));
    }
  }
}
