package dev.countermand.command.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Report;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.command.stack.Redactors;
import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scored;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Plays recorded sessions of benign agents through redaction and scoring, as the gateway and the
 * scoring job do, and counts what the rules about credentials have to say. They are no part of the
 * tree.
 */
class BenignReplayTest {
  private static final Set<String> LINEAGE =
      Set.of(
          "after-task",
          "credential-scope",
          "environment-mismatch",
          "inferred-use",
          "read-then-used",
          "after-containment",
          "read-by-another",
          "secret-written",
          "shared-credential",
          "two-places");

  @Test
  void theRulesAboutCredentialsAreSilentOnTheWorkOfBenignAgents() throws IOException {
    Path corpus = corpus();
    assumeTrue(corpus != null, "skipped: ../shared/corpora is not beside this repository");
    Redactor redactor = Redactors.offline(ConfigurationLoader.defaults());
    Scoring scoring = Scoring.standard();
    Map<String, AgentState> states = new HashMap<>();
    TrailScoring trailScoring = TrailScoring.standard();
    Map<String, CredentialTrail> trails = new HashMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    List<String> lineage = new ArrayList<>();
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    int actions = 0;
    for (JsonNode row : rows(corpus)) {
      String session = row.path("session").asText();
      Instant time = start.plusSeconds(row.path("seq").asLong());
      ActionMaker maker = new ActionMaker(ActionRedactor.of(redactor), InstantSource.fixed(time));
      Reporter reporter = new Reporter("replay", "hook", null, session, null, false);
      for (Phase phase : List.of(Phase.ATTEMPT, Phase.RESULT)) {
        actions++;
        Scored scored =
            scoring.score(
                maker.make(reporter, report(row, phase, time)),
                null,
                Known.NOTHING,
                states.getOrDefault(session, AgentState.EMPTY));
        states.put(session, scored.state());
        List<Finding> findings = new ArrayList<>(scored.findings());
        for (CredentialTouch touch : scored.touches()) {
          CredentialTrail trail = trails.getOrDefault(touch.fingerprint(), CredentialTrail.EMPTY);
          TrailScoring.Result result = trailScoring.score(touch, trail, null);
          trails.put(touch.fingerprint(), result.trail());
          findings.addAll(result.findings());
        }
        for (Finding finding : findings) {
          counts.merge(finding.ruleId(), 1, Integer::sum);
          if (LINEAGE.contains(finding.ruleId())) {
            lineage.add(
                session + " #" + row.path("seq") + " " + phase.wireName() + " " + finding.ruleId());
          }
        }
      }
    }
    System.out.println(actions + " actions, findings by rule: " + counts);
    assertThat(lineage).containsExactlyElementsOf(golden());
    assertThat((double) lineage.size() / actions).isLessThanOrEqualTo(0.001);
  }

  /** The findings that are known, each with why it is there behind a bar. */
  private static List<String> golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            BenignReplayTest.class.getResourceAsStream("lineage-findings.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.substring(0, line.indexOf(" | ")))
          .toList();
    }
  }

  private static Report report(JsonNode row, Phase phase, Instant time) {
    ObjectNode input = Json.mapper().createObjectNode();
    JsonNode given = row.path("input");
    if (given.isObject()) {
      input.setAll((ObjectNode) given);
    } else {
      input.put("command", given.asText());
    }
    return new Report(
        phase,
        "replay",
        phase == Phase.ATTEMPT
            ? Outcome.UNKNOWN
            : row.path("exit_code").asInt() == 0 ? Outcome.SUCCESS : Outcome.FAILURE,
        null,
        row.path("session").asText(),
        row.path("tool").asText(),
        row.path("seq").asText(),
        input,
        phase == Phase.RESULT ? row.path("output") : null,
        null,
        time,
        null,
        null);
  }

  private static List<JsonNode> rows(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(Json.mapper().readTree(line));
      }
    }
    return rows;
  }

  private static @Nullable Path corpus() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolveSibling("shared").resolve("corpora").resolve("agent-traces.jsonl.gz");
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }
}
