package dev.countermand.command.cli;

import dev.countermand.command.Main;
import dev.countermand.command.Printable;
import dev.countermand.dashboards.evidence.LogName;
import dev.countermand.dashboards.evidence.LogReport;
import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.dashboards.evidence.Problem;
import dev.countermand.dashboards.evidence.PublicKeys;
import dev.countermand.dashboards.evidence.Verification;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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

/** Whether what was signed is there, as it was. */
@Command(
    name = "verify",
    description =
        "Verifies that the records of the topics of evidence are complete and unchanged, by what the"
            + " notary signed, and names every record that was changed, removed, moved or inserted."
            + " Exit code 1 when one was.")
final class VerifyCommand implements Callable<Integer> {
  private static final int MAX_LINES = 1_000;

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only this one, with or without its prefix; may stand several times.")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description =
          "What was signed from then on: so long ago, or an instant. Default: everything.")
  private Instant from = Instant.EPOCH;

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description = "Until what was signed then. Default: to the end.")
  private @Nullable Instant to;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIRECTORY",
      description =
          "The notary's files of checkpoints, or a copy of them kept elsewhere; they are compared"
              + " with the topic. Default: evidence in the data directory, where it is.")
  private @Nullable Path checkpoints;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The notary's public key. Default: " + NotaryKey.PUBLIC_FILE + " in the keys directory.")
  private @Nullable Path key;

  @Option(
      names = "--proof",
      paramLabel = "FILE",
      description =
          "Checks the inclusion proofs in a file, such as an export of an incident, and nothing"
              + " else: with the public key alone, without Kafka.")
  private @Nullable Path proof;

  @Override
  public Integer call() {
    Configuration settings = config.load();
    Path statements = checkpoints == null ? settings.evidenceFiles() : checkpoints;
    PublicKeys keys =
        PublicKeys.read(key == null ? settings.keys().resolve(NotaryKey.PUBLIC_FILE) : key)
            .following(statements);
    if (proof != null) {
      return new ProofFile(output).verify(proof, keys);
    }
    if (spec != null && to != null && !from.isBefore(to)) {
      throw new ParameterException(spec.commandLine(), "--from must be before --to.");
    }

    if (checkpoints != null && !Files.isDirectory(checkpoints)) {
      throw new CountermandException(
          "FILE_UNREADABLE", "There is no directory " + checkpoints + ".");
    }
    Told told = new Told();
    new Verification(
            settings.kafka().settings(),
            keys,
            Files.isDirectory(statements) ? statements : null,
            Instant.now())
        .run(names(settings), from, to, told);
    output.say(told.summary());
    return told.whole ? Main.OK : Main.FAILED;
  }

  private List<String> names(Configuration settings) {
    Topics names = settings.kafka().settings().topics();
    List<String> known = settings.evidence().in(names);
    if (topics.isEmpty()) {
      return known;
    }
    List<String> asked =
        topics.stream()
            .map(one -> one.startsWith(names.prefix() + ".") ? one : names.prefix() + "." + one)
            .toList();
    for (String one : asked) {
      if (spec != null && !known.contains(one)) {
        throw new ParameterException(
            spec.commandLine(),
            "--topic must be of those that are signed: " + String.join(", ", known) + ".");
      }
    }
    return asked;
  }

  /** Prints while it is told: there may be much. */
  private final class Told implements Verification.Listener {
    private final Steps steps = new Steps();
    private boolean whole = true;
    private long unchanged;
    private long lines;

    @Override
    public void begins(LogName log) {
      steps.step("Reading " + log);
    }

    @Override
    public void reads(LogName log, long offset, long end) {
      steps.step(log + ": " + offset + " of " + end);
    }

    @Override
    public void problem(Problem problem) {
      whole = false;
      output.line(problem.json());
      if (lines++ < MAX_LINES) {
        output.say(
            Printable.text(
                problem.kind().word().toUpperCase(java.util.Locale.ROOT)
                    + " "
                    + problem.place()
                    + ": "
                    + problem.text()
                    + (problem.id() == null ? "" : " (id " + problem.id() + ")")));
      } else if (lines == MAX_LINES + 1) {
        output.say("… and more; --json prints all.");
      }
    }

    @Override
    public void ends(LogReport report) {
      whole &= report.isWhole();
      unchanged += report.unchanged();
      output.line(report.json());
      if (report.last() >= 0) {
        output.say(
            report.log()
                + ": "
                + (report.isWhole()
                    ? "complete and unchanged from offset "
                        + report.first()
                        + " to "
                        + report.last()
                    : report.problems() + " problem(s)")
                + ", "
                + report.unchanged()
                + " records, "
                + report.checkpoints()
                + " checkpoints");
      } else if (report.uncovered() > 0) {
        output.say(report.log() + ": nothing of it is signed");
      }
      if (report.uncovered() > 0) {
        output.say("  not signed yet: " + report.uncovered() + " offset(s) after " + report.last());
      }
      report.notes().forEach(note -> output.say("  " + Printable.text(note)));
    }

    private String summary() {
      return whole
          ? unchanged + " records stand as they were signed."
          : "Something is not as it was signed: see above.";
    }
  }
}
