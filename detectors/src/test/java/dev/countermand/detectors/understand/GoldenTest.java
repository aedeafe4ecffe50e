package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Effect;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What is said of some hundred commands stands in a file of the tree, so that a change of any
 * verdict is a line of a review. The file holds the commands of {@code golden-commands.txt} and the
 * cases of all knowledge; {@code mvn -pl detectors test -Dtest=GoldenTest -Dgolden.update=true}
 * writes it anew.
 */
class GoldenTest {
  private static final Path FOLDER =
      Path.of("src", "test", "resources", "dev", "countermand", "detectors", "understand");
  private static final Path VERDICTS = FOLDER.resolve("golden-verdicts.txt");

  private final Understanding understanding = Understanding.standard();

  @Test
  void everyVerdictIsTheOneThatWasReviewed() throws IOException {
    List<String> now = commands().stream().map(this::line).toList();
    if (Boolean.getBoolean("golden.update")) {
      Files.write(VERDICTS, now);
    }
    Set<String> reviewed =
        new LinkedHashSet<>(Files.readAllLines(VERDICTS, StandardCharsets.UTF_8));
    List<String> differences = new ArrayList<>();
    reviewed.stream().filter(line -> !now.contains(line)).forEach(l -> differences.add("- " + l));
    now.stream().filter(line -> !reviewed.contains(line)).forEach(l -> differences.add("+ " + l));
    assertThat(differences)
        .as("Look at each difference; where it is meant, write the file anew: see GoldenTest")
        .isEmpty();
  }

  private Set<String> commands() throws IOException {
    Set<String> all = new LinkedHashSet<>();
    for (String line :
        Files.readAllLines(FOLDER.resolve("golden-commands.txt"), StandardCharsets.UTF_8)) {
      if (!line.isBlank() && !line.startsWith("##")) {
        all.add(line.replace("⏎", "\n"));
      }
    }
    Set<String> known = new TreeSet<>();
    understanding.knowledge().files().values().stream()
        .filter(tool -> tool.cases() != null)
        .forEach(tool -> tool.cases().forEach(one -> known.add(one.run())));
    all.addAll(known);
    return all;
  }

  private String line(String command) {
    Assessment assessment = Assessment.of(understanding.shell(command));
    String effects =
        assessment.effects().stream().map(GoldenTest::effect).collect(Collectors.joining(", "));
    List<String> columns = new ArrayList<>();
    columns.add(String.format(Locale.ROOT, "%-5s", assessment.verdict().wireName()));
    columns.add(String.format(Locale.ROOT, "%-8s", assessment.severity().wireName()));
    columns.add(assessment.destructive() ? "destructive" : "           ");
    columns.add(Json.mapper().getNodeFactory().textNode(command).toString());
    columns.add(effects);
    return String.join(" | ", columns).strip();
  }

  private static String effect(Effect effect) {
    return String.format(
        Locale.ROOT,
        "%s %s %s (%s%s, %.2f)",
        effect.verb().wireName(),
        effect.resource().type(),
        effect.resource().id().isEmpty() ? "?" : effect.resource().id(),
        effect.resource().environment(),
        effect.reversible() ? ", reversible" : "",
        effect.confidence());
  }
}
