package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.understand.Scorecard.Line;
import dev.countermand.model.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Measures on the development corpora, which lie beside the repository and never in it. The floors
 * stand just under what is reached, so that a change that loses ground is seen.
 */
class CorpusTest {
  private static final String GUARD = "Dicklesworthstone/destructive_command_guard";
  private static final String GUARD_GO = "dcosson/destructive-command-guard-go";
  private static final String TRAIL = "adanalvarez/TrailDiscover";
  private static final String DIPPY = "ldayton/Dippy";
  private static final String BINARIES = "GTFOBins/GTFOBins.github.io";

  private final Understanding understanding = Understanding.standard();

  @Test
  void destructiveCommandsAreRecalled() {
    Map<String, Line> tallies = score("commands-destructive");
    assertThat(tallies.get(GUARD).destructiveShare()).isGreaterThanOrEqualTo(0.97);
    assertThat(tallies.get(GUARD_GO).destructiveShare()).isGreaterThanOrEqualTo(0.94);
    assertThat(tallies.get(TRAIL).destructiveShare()).isEqualTo(1.0);
  }

  @Test
  void benignCommandsAreNotCalledDestructive() {
    Map<String, Line> tallies = score("commands-benign");
    assertThat(tallies.get(GUARD).destructiveShare()).isLessThanOrEqualTo(0.003);
    assertThat(tallies.get(DIPPY).destructiveShare()).isLessThanOrEqualTo(0.003);
    // Two of 28: the two guards disagree on "git restore file" and "git checkout -- file".
    assertThat(tallies.get(GUARD_GO).destructive()).isLessThanOrEqualTo(2);
    tallies.values().forEach(tally -> assertThat(tally.denied()).isZero());
  }

  @Test
  void riskyCommandsAreMostlyNotPlainlyAllowed() {
    Map<String, Line> tallies = score("commands-risky");
    assertThat(tallies.get(GUARD).notAllowedShare()).isEqualTo(1.0);
    assertThat(tallies.get(GUARD_GO).notAllowedShare()).isGreaterThanOrEqualTo(0.95);
    assertThat(tallies.get(DIPPY).notAllowedShare()).isGreaterThanOrEqualTo(0.85);
    assertThat(tallies.get(BINARIES).notAllowedShare()).isGreaterThanOrEqualTo(0.85);
    assertThat(tallies.get(TRAIL).notAllowedShare()).isGreaterThanOrEqualTo(0.85);
  }

  @Test
  void realAgentActionsAreNotDenied() {
    Line tally = score("agent-traces").get("all");
    assertThat(tally.denied()).isZero();
    assertThat(tally.destructiveShare()).isLessThanOrEqualTo(0.006);
  }

  /** A finding of {@code unreadable} on ordinary work: at most one in a thousand actions. */
  @ParameterizedTest
  @CsvSource({"agent-traces, 0", "commands-benign, 0", "commands-nl2bash-unlabelled, 0"})
  void ordinaryCommandsAreReadToTheirEnd(String corpus, int most) {
    List<String> unread = new ArrayList<>();
    int all = 0;
    for (JsonNode row : rows(corpus)) {
      all++;
      String command = command(row);
      understanding.shell(command).stream()
          .filter(effect -> effect.resource().type().equals(Understanding.UNREAD))
          .forEach(effect -> unread.add(effect.because() + " | " + Effects.shorten(command, 300)));
    }
    System.out.println(corpus + ": " + unread.size() + " of " + all + " are not read to their end");
    assertThat(unread).as("of %s commands", all).hasSizeLessThanOrEqualTo(most);
  }

  private Map<String, Line> score(String corpus) {
    Scorecard card = new Scorecard();
    for (JsonNode row : rows(corpus)) {
      String source =
          row.path("command").isMissingNode() ? "all" : row.path("source").path("repo").asText();
      String command = command(row);
      long begun = System.nanoTime();
      Assessment assessment = assess(command);
      long took = System.nanoTime() - begun;
      boolean whole = understanding.isComplete(command);
      card.add(
          Scorecard.Label.of(row.path("label").asText()),
          source,
          assessment,
          whole ? Scorecard.Reading.WHOLE : Scorecard.Reading.UNPARSED,
          took);
    }
    System.out.println(Scorecard.heading());
    card.lines().forEach(System.out::println);
    return card.lines().stream().collect(Collectors.toMap(Line::source, line -> line));
  }

  private static String command(JsonNode row) {
    return row.path(row.path("command").isMissingNode() ? "input" : "command").asText();
  }

  private static List<JsonNode> rows(String corpus) {
    Path file = corpora(corpus);
    assumeTrue(file != null, "skipped: ../shared/corpora is not beside this repository");
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        rows.add(Json.mapper().readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private Assessment assess(String command) {
    return Assessment.of(understanding.shell(command));
  }

  private static @Nullable Path corpora(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolveSibling("shared").resolve("corpora").resolve(name + ".jsonl.gz");
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }
}
