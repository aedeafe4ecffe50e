package dev.countermand.command.cli;

import dev.countermand.command.Terminal;
import dev.countermand.command.replay.History;
import dev.countermand.command.replay.KeyMode;
import dev.countermand.command.replay.Keys;
import dev.countermand.command.replay.Kind;
import dev.countermand.command.replay.LineStage;
import dev.countermand.command.replay.Moment;
import dev.countermand.command.replay.Player;
import dev.countermand.command.replay.Session;
import dev.countermand.command.replay.Speed;
import dev.countermand.command.replay.TimeShift;
import dev.countermand.command.replay.TopicStage;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.dashboards.timeline.TimelineReader;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Plays a stretch of history again. */
@Command(
    name = "replay",
    description =
        "Plays a stretch of history again, from Kafka: to standard output as JSON lines, or to topics"
            + " of their own. Nothing is contained by it. On a terminal, space pauses, the right arrow"
            + " plays the next record of a paused replay and goes 10 s on otherwise, the left one goes"
            + " 10 s back, q ends.")
final class ReplayCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Mixin private ConfigOption config = new ConfigOption();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description =
          "The beginning: so long ago, or an instant. Default: 1d ago, or that of the incident.")
  private @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description = "The end. Default: now, or that of the incident.")
  private @Nullable Instant to;

  @Option(names = "--agent", paramLabel = "ID", description = "Of one agent only.")
  private @Nullable String agent;

  @Option(
      names = "--incident",
      paramLabel = "ID",
      description =
          "Of one incident: its agent, from ten minutes before it to ten after it was closed, and a day"
              + " after its last finding at most.")
  private @Nullable String incident;

  @Option(
      names = "--kind",
      paramLabel = "WORD",
      split = ",",
      description =
          "What is played, such as actions or findings; several joined by commas. Default: all.")
  private List<String> words = List.of();

  @Option(
      names = "--speed",
      paramLabel = "SPEED",
      defaultValue = "1x",
      converter = SpeedConverter.class,
      description = "1x, 10x and so on, or max. Default: ${DEFAULT-VALUE}.")
  private Speed speed = Speed.MAX;

  @Option(
      names = "--to-prefix",
      paramLabel = "PREFIX",
      description =
          "Write to the topics of this prefix, which begins with replay-, instead of standard output.")
  private @Nullable String prefix;

  @Option(
      names = "--shift-to-now",
      description = "Move every moment in the documents by one span, so that the first is now.")
  private boolean shifted;

  @Override
  public Integer call() {
    Configuration settings = config.load();
    List<Kind> kinds = kinds();
    History history = history(settings, kinds);
    InstantSource clock = InstantSource.system();
    TimeShift shift = shifted ? TimeShift.toNow(clock) : TimeShift.none();
    if (prefix == null) {
      PrintStream out = System.out;
      play(history, clock, new LineStage(out, shift), true);
      return 0;
    }
    Configuration.Kafka kafka = settings.kafka();
    try (TopicStage stage =
        TopicStage.open(
            kafka.settings(), prefix, kinds, kafka.partitions(), kafka.replication(), shift)) {
      play(history, clock, stage, false);
      stage.flush();
    }
    return 0;
  }

  private void play(
      History history, InstantSource clock, Consumer<Moment> stage, boolean canGoBack) {
    boolean ended;
    long played;
    try (Player player = new Player(history, speed, clock, stage)) {
      if (Terminal.isInput()) {
        try (KeyMode mode = new KeyMode()) {
          ended = new Session(player, Keys.of(System.in), canGoBack, this::tell).run();
        }
      } else {
        ended = new Session(player, Keys.none(), canGoBack, this::tell).run();
      }
      played = player.played();
    }
    tell(
        played
            + " records were played"
            + (ended ? "" : ", then it was ended")
            + (history.unreadable() == 0 ? "" : "; " + history.unreadable() + " are no documents")
            + ".");
  }

  /** Beside the records, which are for machines. */
  private void tell(String line) {
    if (spec != null) {
      spec.commandLine().getErr().println(line);
    }
  }

  private History history(Configuration settings, List<Kind> kinds) {
    Instant first = from;
    Instant end = to;
    Set<String> agents = agent == null ? Set.of() : Set.of(agent);
    if (incident != null) {
      Selection found =
          new TimelineReader(
                  settings.kafka().settings(), settings.elasticsearch().namespace(), LIMIT)
              .incident(incident)
              .orElseThrow(
                  () ->
                      new CountermandException(
                          "INCIDENT_UNKNOWN",
                          "There is no such incident on Kafka, or not any more."));
      agents = agent == null ? found.agents() : agents;
      first = first == null ? found.from() : first;
      end = end == null ? found.to() : end;
    }
    first = first == null ? Instant.now().minus(Duration.ofDays(1)) : first;
    end = end == null ? Instant.now() : end;
    if (!first.isBefore(end)) {
      throw usage("--from must be before --to.");
    }
    return new History(settings.kafka().settings(), kinds, agents, first, end, LIMIT);
  }

  private List<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
    if (!words.isEmpty()) {
      List<String> known = Arrays.stream(Kind.values()).map(Kind::word).toList();
      words.stream()
          .filter(word -> !known.contains(word))
          .findFirst()
          .ifPresent(
              word -> {
                throw usage(
                    "--kind has an unknown word."
                        + ConfigurationLoader.closest(word, known)
                            .map(right -> " Did you mean " + right + "?")
                            .orElse(
                                " Known are "
                                    + known.stream().collect(Collectors.joining(", "))
                                    + "."));
              });
      kinds.removeIf(kind -> !words.contains(kind.word()));
    }
    return kinds;
  }

  private RuntimeException usage(String problem) {
    return spec == null
        ? new IllegalStateException(problem)
        : new ParameterException(spec.commandLine(), problem);
  }

  /** {@code 1x}, {@code 10x}, {@code max}. */
  private static final class SpeedConverter implements ITypeConverter<Speed> {
    @Override
    public Speed convert(String word) {
      return Speed.parse(word)
          .orElseThrow(
              () -> new TypeConversionException("is neither max nor a number and x, such as 10x"));
    }
  }
}
