package dev.countermand.command.cli;

import dev.countermand.command.stack.Examination;
import dev.countermand.command.stack.Examination.Result;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks at everything a deployment needs. */
@Command(
    name = "doctor",
    description =
        "Looks at everything this deployment needs and says what is wrong and what to do. Changes"
            + " nothing. Exits 1 when something is wrong.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    List<Result> results = new Examination(configuration).all();
    for (Result result : results) {
      output.say(
          String.format(
              "%-5s %-14s %s",
              result.health().name().toLowerCase(java.util.Locale.ROOT),
              result.thing(),
              result.sentence()));
      output.line(
          Json.mapper()
              .createObjectNode()
              .put("thing", result.thing())
              .put("health", result.health().name().toLowerCase(java.util.Locale.ROOT))
              .put("message", result.sentence()));
    }
    return results.stream().anyMatch(r -> r.health() == Examination.Health.BAD) ? 1 : 0;
  }
}
