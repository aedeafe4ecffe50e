package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.KibanaInstaller;
import dev.countermand.dashboards.kibana.KibanaInstaller.Installed;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration.Kibana;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What Kibana shows. */
@Command(
    name = "kibana",
    description = "Puts data views, dashboards and rules into Kibana.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = KibanaCommand.Install.class)
final class KibanaCommand {

  /** Installs it. */
  @Command(
      name = "install",
      description = {
        "Puts data views, dashboards and alerting rules into the Kibana of the configuration"
            + " (kibana.url), and says of each what became of it. What is there already is"
            + " replaced; whom its rules tell is kept.",
        "Exits 1 when something is not there."
      })
  static final class Install implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Option(
        names = "--without-rules",
        description =
            "No alerting rules. Kibana takes them only where xpack.encryptedSavedObjects has a"
                + " key.")
    private boolean withoutRules;

    @Option(
        names = "--detection-rules",
        description =
            "The rules of Elastic Security, too; they are off until somebody switches them on.")
    private boolean detectionRules;

    @Override
    public Integer call() {
      Kibana kibana = config.load().kibana();
      KibanaInstaller installer =
          new KibanaInstaller(
              kibana.url(),
              kibana.space(),
              kibana.apiKey() == null ? null : kibana.apiKey().read());
      List<Installed> results = new ArrayList<>(installer.savedObjects());
      if (!withoutRules) {
        results.addAll(installer.alertRules());
      }
      if (detectionRules) {
        results.addAll(installer.detectionRules());
      }
      print(results);
      long missing = results.stream().filter(one -> one.problem() != null).count();
      output.say(
          missing == 0
              ? results.size() + " objects are in " + kibana.url() + "."
              : missing + " of " + results.size() + " objects are not in " + kibana.url() + ".");
      return missing == 0 ? 0 : 1;
    }

    private void print(List<Installed> results) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("TYPE", "OBJECT", "IS"));
      for (Installed one : results) {
        rows.add(List.of(one.type(), one.id(), Objects.requireNonNullElse(one.problem(), "there")));
        ObjectNode line =
            Json.mapper().createObjectNode().put("type", one.type()).put("id", one.id());
        output.line(line.put("there", one.problem() == null).put("problem", one.problem()));
      }
      output.table(rows);
    }
  }
}
