package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Decision;
import dev.countermand.model.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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
    Map<String, Tally> tallies = score("commands-destructive");
    assertThat(tallies.get(GUARD).destructiveShare()).isGreaterThanOrEqualTo(0.97);
    assertThat(tallies.get(GUARD_GO).destructiveShare()).isGreaterThanOrEqualTo(0.94);
    assertThat(tallies.get(TRAIL).destructiveShare()).isEqualTo(1.0);
  }

  @Test
  void benignCommandsAreNotCalledDestructive() {
    Map<String, Tally> tallies = score("commands-benign");
    assertThat(tallies.get(GUARD).destructiveShare()).isLessThanOrEqualTo(0.003);
    assertThat(tallies.get(DIPPY).destructiveShare()).isLessThanOrEqualTo(0.003);
    // Two of 28: the two guards disagree on "git restore file" and "git checkout -- file".
    assertThat(tallies.get(GUARD_GO).destructive).isLessThanOrEqualTo(2);
    tallies.values().forEach(tally -> assertThat(tally.denied).isZero());
  }

  @Test
  void riskyCommandsAreMostlyNotPlainlyAllowed() {
    Map<String, Tally> tallies = score("commands-risky");
    assertThat(tallies.get(GUARD).notAllowedShare()).isEqualTo(1.0);
    assertThat(tallies.get(GUARD_GO).notAllowedShare()).isGreaterThanOrEqualTo(0.92);
    assertThat(tallies.get(DIPPY).notAllowedShare()).isGreaterThanOrEqualTo(0.76);
    assertThat(tallies.get(BINARIES).notAllowedShare()).isGreaterThanOrEqualTo(0.63);
    assertThat(tallies.get(TRAIL).notAllowedShare()).isGreaterThanOrEqualTo(0.48);
  }

  @Test
  void realAgentActionsAreNotDenied() {
    Tally tally = score("agent-traces").get("all");
    assertThat(tally.denied).isZero();
    assertThat(tally.destructiveShare()).isLessThanOrEqualTo(0.006);
  }

  private Map<String, Tally> score(String corpus) {
    Path file = corpora(corpus);
    assumeTrue(file != null, "skipped: ../shared/corpora is not beside this repository");
    Map<String, Tally> tallies = new TreeMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode row = Json.mapper().readTree(line);
        boolean trace = row.path("command").isMissingNode();
        String source = trace ? "all" : row.path("source").path("repo").asText();
        String command = row.path(trace ? "input" : "command").asText();
        tallies.computeIfAbsent(source, ignored -> new Tally()).add(assess(command));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tallies.forEach((source, tally) -> System.out.println(corpus + " " + source + " " + tally));
    return tallies;
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

  private static final class Tally {
    private int rows;
    private int destructive;
    private int denied;
    private int asked;

    void add(Assessment assessment) {
      rows++;
      destructive += assessment.destructive() ? 1 : 0;
      denied += assessment.verdict() == Decision.DENY ? 1 : 0;
      asked += assessment.verdict() == Decision.ASK ? 1 : 0;
    }

    double destructiveShare() {
      return (double) destructive / rows;
    }

    double notAllowedShare() {
      return (double) (denied + asked) / rows;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "rows=%d destructive=%.4f ask=%.3f deny=%.3f not-allowed=%.3f",
          rows,
          destructiveShare(),
          (double) asked / rows,
          (double) denied / rows,
          notAllowedShare());
    }
  }
}
