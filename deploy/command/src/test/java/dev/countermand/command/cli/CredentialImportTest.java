package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registering many credentials from a file, and a new key for them, on a real Kafka. */
final class CredentialImportTest {
  private static final String FIRST = "0f9e8d7c-6b5a-4948" + "-b7a6-c5d4e3f2a1b0";
  private static final String SECOND = "correct-horse" + "-battery-9";

  @TempDir Path directory;

  private CommandsOnKafka commands;

  @BeforeEach
  void configure() throws IOException {
    commands =
        new CommandsOnKafka(
            directory, "import", "containment: {providers: {cloud: {type: oauth2}}}\n");
    Files.writeString(directory.resolve("first.secret"), FIRST + "\n");
    Files.writeString(directory.resolve("second.secret"), SECOND + "\n");
  }

  private Invocation call(String... words) {
    Invocation done = commands.call(words);
    assertThat(done.out() + done.err()).doesNotContain(FIRST, SECOND);
    return done;
  }

  private Path entries(String... entries) throws IOException {
    return Files.writeString(
        directory.resolve("credentials.yaml"), "credentials:\n" + String.join("", entries));
  }

  private String entry(String name, String secret, String owner) {
    return """
        - name: %s
          provider: cloud
          owner: %s
          environment: production
          capabilities: [destroy:volume]
          handle: {role: r}
          secret: {file: %s}
      """
        .formatted(name, owner, directory.resolve(secret + ".secret"));
  }

  private static Map<String, String> outcomes(Invocation done) throws IOException {
    Map<String, String> outcomes = new LinkedHashMap<>();
    for (String line : done.out().lines().toList()) {
      JsonNode step = Json.mapper().readTree(line);
      outcomes.put(
          step.get("name").asText(), step.get("outcome").asText() + " " + step.get("written"));
    }
    return outcomes;
  }

  private List<JsonNode> listed() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    Invocation list = call("credential", "list", "--json");
    assertThat(list.code()).as(list.err()).isZero();
    for (String line : list.out().lines().toList()) {
      all.add(Json.mapper().readTree(line).at("/countermand/credential"));
    }
    return all;
  }

  @Test
  void everyEntryIsRegisteredUpdatedOrReportedAndReplacedOnlyWhenAsked() throws IOException {
    String file =
        entries(entry("root", "first", "one"), entry("deploy", "second", "one")).toString();

    Invocation checked = call("credential", "import", file, "--check", "--json");
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(outcomes(checked)).containsValues("new false");

    Invocation imported = call("credential", "import", file, "--json");
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(outcomes(imported)).containsEntry("root", "new true");
    assertThat(listed())
        .extracting(one -> one.get("name").asText())
        .containsExactly("deploy", "root");
    assertThat(listed().get(0).get("length").asInt()).isEqualTo(SECOND.length());

    entries(entry("root", "first", "two"));
    assertThat(outcomes(call("credential", "import", file, "--json")))
        .containsEntry("root", "updated true");
    assertThat(listed()).extracting(one -> one.get("owner").asText()).containsExactly("one", "two");

    Files.writeString(directory.resolve("first.secret"), "another-" + "secret-7");
    Invocation conflict = call("credential", "import", file, "--json");
    assertThat(conflict.code()).isEqualTo(1);
    assertThat(outcomes(conflict)).containsEntry("root", "conflict false");
    String before = listed().get(1).get("fingerprint").asText();

    assertThat(outcomes(call("credential", "import", file, "--replace", "--json")))
        .containsEntry("root", "replaced true");
    assertThat(listed()).hasSize(2);
    assertThat(listed().get(1).get("fingerprint").asText()).isNotEqualTo(before);

    assertThat(call("task", "history", "--json").out().lines())
        .filteredOn(line -> line.contains("credential-register"))
        .hasSize(4);
  }

  @Test
  void nothingIsWrittenWhenOneEntryIsWrong() throws IOException {
    String good = entry("root", "first", "one");
    Map<String, String> wrong =
        Map.of(
            good.replace("root", "again"),
            "IMPORT_INVALID",
            good.replace("root", "other").replace("cloud", "clod"),
            "PROVIDER_UNKNOWN",
            good.replace("root", "other").replace("first.secret", "none"),
            "SECRET_UNREADABLE",
            good.replace("root", "n".repeat(5_000)),
            "TEXT_TOO_LONG",
            good.replace("owner", "ownr"),
            "\"owner\"",
            "  - {name: bare, provider: cloud}\n",
            "IMPORT_INVALID");
    for (Map.Entry<String, String> one : wrong.entrySet()) {
      Invocation refused = call("credential", "import", entries(good, one.getKey()).toString());
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains(one.getValue());
    }
    assertThat(listed()).isEmpty();
  }

  @Test
  void theKeyIsRotatedByTwoCommands() throws IOException {
    Invocation imported =
        call("credential", "import", entries(entry("root", "first", "one")).toString());
    assertThat(imported.code()).as(imported.err()).isZero();
    String before = listed().get(0).get("fingerprint").asText();

    Invocation rotated = call("credential", "rotate-key", "--json");
    assertThat(rotated.code()).as(rotated.err()).isZero();
    JsonNode summary = Json.mapper().readTree(rotated.out());
    assertThat(summary.get("changed")).hasSize(1);
    assertThat(summary.get("register_again")).isEmpty();
    assertThat(listed()).hasSize(1);
    assertThat(listed().get(0).at("/previous/0").asText()).isEqualTo(before);
    assertThat(listed().get(0).get("key_id")).isEqualTo(summary.get("key_id"));
    assertThat(
            outcomes(
                call("credential", "import", directory + "/credentials.yaml", "--check", "--json")))
        .as("the same secret under the new key")
        .containsEntry("root", "updated false");

    Invocation finished = call("credential", "rotate-key", "--finish");
    assertThat(finished.code()).as(finished.err()).isZero();
    assertThat(finished.out()).contains("only one in force", "removed: 1");
  }
}
