package dev.countermand.command.cli;

import dev.countermand.command.stack.CredentialList;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.TopicWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers many credentials from a file. */
@Command(
    name = "import",
    description =
        "Registers the credentials that a YAML file describes; it says where each secret is read"
            + " from and never holds one. Every entry is checked before the first is written. Exits"
            + " with 1 when something else is registered in the place of one.")
final class CredentialImport implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "FILE", description = "The file; see docs/credentials.md.")
  private Path file = Path.of("credentials.yaml");

  @Option(names = "--check", description = "Say what would be done, and register nothing.")
  private boolean check;

  @Option(
      names = "--replace",
      description = "Also register those in whose place something else is registered.")
  private boolean replace;

  @Mixin private PersonOption by = new PersonOption();

  @Override
  public Integer call() {
    Configuration settings = config.load();
    CredentialList list = CredentialList.load(file);
    CredentialList.Plan plan;
    // Before anything is read: a new deployment has no topic of credentials yet.
    try (TopicWriter writer = new TopicWriter(settings.kafka())) {
      plan = list.plan(settings, InstantSource.system(), by.name(settings), replace);
      if (!check) {
        plan.carryOut(writer);
      }
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "WHAT", "REGISTERED NOW", "FINGERPRINT"));
    boolean conflict = false;
    for (CredentialList.Step step : plan.steps()) {
      String what = step.outcome().name().toLowerCase(Locale.ROOT);
      conflict |= step.outcome() == CredentialList.Outcome.CONFLICT;
      output.line(
          Json.mapper()
              .createObjectNode()
              .put("name", step.candidate().description().name())
              .put("outcome", what)
              .put("written", !check && step.outcome() != CredentialList.Outcome.CONFLICT)
              .put("fingerprint", step.candidate().fingerprint())
              .put("in_its_place", step.inItsPlace()));
      rows.add(
          List.of(
              step.candidate().description().name(),
              what,
              step.inItsPlace() == null ? "-" : step.inItsPlace(),
              step.candidate().fingerprint()));
    }
    output.table(rows);
    if (conflict) {
      output.say(
          "Those in conflict were left as they are: the name has another secret, or the secret"
              + " another name. See --replace.");
    }
    if (check) {
      output.say("Nothing was registered.");
    }
    return conflict ? 1 : 0;
  }
}
