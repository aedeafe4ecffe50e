package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.model.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported of a signed incident, and proved elsewhere. */
final class IncidentExportTest {
  @TempDir static Path directory;
  private static SignedIncident signed;

  @BeforeAll
  static void sign() throws Exception {
    signed = new SignedIncident(directory);
  }

  @Test
  void theExportHasEveryRecordWithAProofThatThePublicKeyAloneChecks() throws Exception {
    Path file = signed.export("--json", "incident.json");

    JsonNode all = Json.mapper().readTree(file.toFile());
    Set<String> places = new HashSet<>();
    all.path("proofs")
        .forEach(
            one ->
                places.add(
                    one.at("/record/topic").asText().replace(signed.topics.prefix() + ".", "")
                        + "@"
                        + one.at("/record/offset").asText()));
    assertThat(places)
        .containsExactlyInAnyOrder(
            "actions@0",
            "actions@1",
            "actions@2",
            "actions@3",
            "findings@0",
            "containment-orders@0",
            "containment-outcomes@0");
    assertThat(all.path("unproved")).isEmpty();
    assertThat(all.path("timeline")).hasSize(6);
    Path key = directory.resolve("keys").resolve(NotaryKey.PUBLIC_FILE);
    Invocation done =
        Invocation.of("", "verify", "--proof", file.toString(), "--key", key.toString());
    assertThat(done.code()).as(done.out() + done.err()).isZero();
    assertThat(done.out()).endsWith("7 record(s) are proved, 0 are not.\n");
  }

  @Test
  void whatPeopleReadOfAnExportIsWhatTheProvedRecordsSay() throws Exception {
    Path file = signed.export("--json", "altered.json");
    String text = Files.readString(file);
    JsonNode all = Json.mapper().readTree(text);
    assertThat(all.path("actions")).isNotEmpty();

    String altered = all.path("actions").toString().replace("ls 0", "ls 7");
    ((ObjectNode) all).set("actions", Json.mapper().readTree(altered));
    Files.writeString(file, all.toString());

    Invocation done = signed.run("verify", "--proof", file.toString());
    assertThat(done.code()).isEqualTo(1);
    assertThat(done.out()).contains("actions[0]: NOT PROVED: it is in no record that is proved");
  }

  @Test
  void aProofOfSomethingElseIsNone() throws Exception {
    ObjectNode all =
        (ObjectNode) Json.mapper().readTree(signed.export("--json", "good.json").toFile());
    ObjectNode one = (ObjectNode) all.path("proofs").get(0);
    Path file = directory.resolve("bad.json");
    for (String change : List.of("value", "offset", "note", "index")) {
      ObjectNode changed = one.deepCopy();
      ObjectNode record = (ObjectNode) changed.path("record");
      switch (change) {
        case "value" -> record.put("value", record.path("value").asText().replace("ls", "cd"));
        case "offset" -> record.put("offset", record.path("offset").asLong() + 1);
        case "note" ->
            changed.put(
                "checkpoint",
                changed.path("checkpoint").asText().replaceFirst("\nbefore \\d+", "\nbefore 77"));
        default -> changed.put("leaf_index", changed.path("leaf_index").asLong() + 1);
      }
      Files.writeString(file, changed.toString());

      Invocation done = signed.run("verify", "--proof", file.toString());

      assertThat(done.code()).as(change).isEqualTo(1);
      assertThat(done.out()).as(change).contains("NOT PROVED");
    }
    Files.writeString(file, "{\"proofs\":[]}");
    assertThat(signed.run("verify", "--proof", file.toString()).code()).as("nothing").isEqualTo(1);
    Files.writeString(file, "{\"record\":{}}");
    assertThat(signed.run("verify", "--proof", file.toString()).err()).contains("FILE_UNREADABLE");
  }

  @Test
  void thePageIsOneFileInWhichAnAgentCannotWriteMarkup() throws Exception {
    assertThat(Files.readString(signed.export("--html", "incident.html")))
        .contains("default-src 'none'", "<h2>Evidence</h2>", "7 records are proved")
        .contains(signed.topics.actions() + "-0@3")
        .doesNotContain("<script");
  }

  @Test
  void theBundleIsTheSameAgainAndHoldsWhatWasFoundAndDone() throws Exception {
    String first = Files.readString(signed.export("--stix", "one.stix"));

    assertThat(Files.readString(signed.export("--stix", "two.stix"))).isEqualTo(first);
    Set<String> types = new HashSet<>();
    Set<String> ids = new HashSet<>();
    List<String> references = new ArrayList<>();
    for (JsonNode one : Json.mapper().readTree(first).path("objects")) {
      types.add(one.path("type").asText());
      assertThat(ids.add(one.path("id").asText())).as(one.toString()).isTrue();
      one.properties()
          .forEach(
              field -> {
                if (field.getKey().endsWith("_ref")) {
                  references.add(field.getValue().asText());
                } else if (field.getKey().endsWith("_refs")) {
                  field.getValue().forEach(each -> references.add(each.asText()));
                }
              });
    }
    assertThat(types)
        .contains(
            "identity",
            "incident",
            "observed-data",
            "process",
            "indicator",
            "sighting",
            "course-of-action",
            "relationship");
    assertThat(ids).containsAll(references);
  }

  @Test
  void theBundleIsValidForTheValidatorOfOasis() throws Exception {
    String python = System.getenv("COUNTERMAND_PEERS_PYTHON");
    assumeTrue(python != null, "skipped: COUNTERMAND_PEERS_PYTHON names no Python");
    assumeTrue(
        new ProcessBuilder(python, "-c", "import stix2, stix2validator").start().waitFor() == 0,
        "skipped: this Python has no stix2 and stix2validator");
    Path file = signed.export("--stix", "valid.stix");
    Path out = directory.resolve("validator.txt");

    Process check =
        new ProcessBuilder(
                python,
                "-c",
                """
                import sys, stix2, stix2validator
                text = open(sys.argv[1], encoding="utf-8").read()
                bundle = stix2.parse(text, allow_custom=False)
                result = stix2validator.validate_string(text, stix2validator.ValidationOptions(version="2.1", strict=True))
                stix2validator.print_results([result] if not isinstance(result, list) else result)
                sys.exit(0 if result.is_valid and len(bundle.objects) > 10 else 1)
                """,
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(check.exitValue()).as(Files.readString(out)).isZero();
  }
}
