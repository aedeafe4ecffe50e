package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.KibanaDouble;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kibana install} tells people and machines, against a double. */
final class KibanaCommandTest {
  @TempDir Path directory;

  private Invocation install(KibanaDouble kibana, String... options) throws Exception {
    Path key = directory.resolve("kibana.key");
    Files.writeString(key, KibanaDouble.API_KEY);
    Path config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        "kibana: {url: \"%s\", space: team, api-key: {file: \"%s\"}}\n"
            .formatted(kibana.url(), key));
    String[] arguments = new String[options.length + 4];
    arguments[0] = "kibana";
    arguments[1] = "install";
    arguments[2] = "--config";
    arguments[3] = config.toString();
    System.arraycopy(options, 0, arguments, 4, options.length);
    return Invocation.of("", arguments);
  }

  @Test
  void everyObjectIsNamedAndTheLastLineSaysHowManyAreThere() throws Exception {
    try (KibanaDouble kibana = new KibanaDouble()) {
      Invocation done = install(kibana, "--detection-rules");

      assertThat(done.code()).as(done.out() + done.err()).isZero();
      assertThat(done.out())
          .contains("countermand-fleet", "countermand-silence", "countermand-guard-attacked")
          .endsWith(kibana.objects.size() + " objects are in " + kibana.url() + ".\n");
      assertThat(kibana.objects.keySet()).allMatch(key -> key.startsWith("team/"));
    }
  }

  @Test
  void rulesAreLeftOutWhereTheyAreNotWanted() throws Exception {
    try (KibanaDouble kibana = new KibanaDouble()) {
      assertThat(install(kibana, "--without-rules").code()).isZero();
      assertThat(kibana.objects.keySet()).isNotEmpty().noneMatch(key -> key.contains("/rule/"));
    }
  }

  @Test
  void anObjectThatIsNotThereMakesItExitWithOneAndIsNamedForMachinesToo() throws Exception {
    try (KibanaDouble kibana = new KibanaDouble()) {
      kibana.refused.add("countermand-fleet");

      Invocation done = install(kibana, "--json");

      assertThat(done.code()).isEqualTo(1);
      Set<String> missing = new HashSet<>();
      for (String line : done.out().split("\n")) {
        JsonNode object = Json.mapper().readTree(line);
        if (!object.path("there").asBoolean()) {
          missing.add(object.path("id").asText() + ": " + object.path("problem").asText());
        }
      }
      assertThat(missing).containsExactly("countermand-fleet: unknown");
    }
  }
}
