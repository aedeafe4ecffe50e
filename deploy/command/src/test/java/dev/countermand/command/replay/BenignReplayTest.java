package dev.countermand.command.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.command.stack.Redactors;
import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scored;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.refusal.RefusalReader;
import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
          "two-places",
          "used-elsewhere");

  @Test
  void theRulesAboutCredentialsAndRefusalsAreSilentOnTheWorkOfBenignAgents() throws IOException {
    Path corpus = Recorded.corpus();
    assumeTrue(corpus != null, "skipped: ../shared/corpora is not beside this repository");
    Redactor redactor = Redactors.offline(ConfigurationLoader.defaults());
    Scoring scoring = Scoring.standard();
    Map<String, AgentState> states = new HashMap<>();
    TrailScoring trailScoring = TrailScoring.standard();
    Map<String, CredentialTrail> trails = new HashMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    List<String> lineage = new ArrayList<>();
    List<String> contained = new ArrayList<>();
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    int actions = 0;
    RefusalReader refusals = RefusalReader.standard();
    int failed = 0;
    int refused = 0;
    for (JsonNode row : Recorded.rows(corpus)) {
      String session = row.path("session").asText();
      Instant time = start.plusSeconds(row.path("seq").asLong());
      ActionMaker maker = new ActionMaker(ActionRedactor.of(redactor), InstantSource.fixed(time));
      Reporter reporter = new Reporter("replay", "hook", null, session, null, null, false);
      for (Phase phase : List.of(Phase.ATTEMPT, Phase.RESULT)) {
        actions++;
        Scored scored =
            scoring.score(
                maker.make(reporter, Recorded.report(row, phase, time)),
                null,
                Known.NOTHING,
                states.getOrDefault(session, AgentState.EMPTY));
        states.put(session, scored.state());
        failed += scored.action().outcome() == Outcome.FAILURE ? 1 : 0;
        refused += refusals.refused(scored.action()) ? 1 : 0;
        List<Finding> findings = new ArrayList<>(scored.findings());
        scored.order().ifPresent(order -> contained.add(session + ": " + order.reason()));
        for (CredentialTouch touch : scored.touches()) {
          CredentialTrail trail = trails.getOrDefault(touch.fingerprint(), CredentialTrail.EMPTY);
          TrailScoring.Result result = trailScoring.score(touch, trail, null);
          trails.put(touch.fingerprint(), result.trail());
          findings.addAll(result.findings());
          result.orders().forEach(order -> contained.add(session + ": " + order.reason()));
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
    assertThat(lineage)
        .as("%s actions, findings by rule: %s", actions, counts)
        .containsExactlyElementsOf(Recorded.golden("lineage-findings.txt"));
    assertThat(contained).as("agents that enforce mode would contain").isEmpty();
    assertThat(failed).as("calls that failed").isGreaterThan(100);
    assertThat(refused).as("of these refused").isZero();
    assertThat(counts).doesNotContainKeys("deny-loop", "failure-loop", "unreadable");
    assertThat((double) lineage.size() / actions).isLessThanOrEqualTo(0.001);
  }

  /** The silence above is worth something only if the same agent is heard when it is refused. */
  @Test
  void anAgentOfTheseThatIsRefusedFiveTimesInARowIsFound() throws IOException {
    Path corpus = Recorded.corpus();
    assumeTrue(corpus != null, "skipped: ../shared/corpora is not beside this repository");
    Redactor redactor = Redactors.offline(ConfigurationLoader.defaults());
    JsonNode row = Recorded.rows(corpus).get(0);
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    AgentState state = AgentState.EMPTY;
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ObjectNode refused = row.deepCopy();
      refused.put("seq", i).put("exit_code", 1).put("output", "cp: Permission denied");
      Instant time = start.plusSeconds(i);
      Scored scored =
          Scoring.standard()
              .score(
                  new ActionMaker(ActionRedactor.of(redactor), InstantSource.fixed(time))
                      .make(
                          new Reporter("replay", "hook", null, "agent", null, null, false),
                          Recorded.report(refused, Phase.RESULT, time)),
                  null,
                  Known.NOTHING,
                  state);
      state = scored.state();
      scored.findings().forEach(finding -> rules.add(finding.ruleId()));
    }

    assertThat(rules).containsOnlyOnce("deny-loop");
  }
}
