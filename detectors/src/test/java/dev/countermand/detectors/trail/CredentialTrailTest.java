package dev.countermand.detectors.trail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CredentialTrailTest {

  private static CredentialTouch touch(int agent, String role, long at, String file) {
    ObjectNode node =
        Json.mapper()
            .createObjectNode()
            .put("agent", "agent-" + agent)
            .put("role", role)
            .put("at", at)
            .put("file", file);
    return TrailEventsTest.touch(node, "t-" + agent + "-" + role + "-" + at);
  }

  @Test
  void howeverManyAgentsTouchItTheTrailStaysBounded() {
    CredentialTrail trail = CredentialTrail.EMPTY;
    String file = "x".repeat(10_000);
    for (int i = 0; i < 5_000; i++) {
      trail = trail.plus(touch(i, i % 2 == 0 ? "used" : "sighted", i, file.substring(0, 256)));
    }

    assertThat(trail.visits()).hasSize(CredentialTrail.MAX_VISITS);
    assertThat(CredentialTrail.CODEC.encode(trail).length).isLessThan(200_000);
    assertThat(trail.visits()).extracting(Visit::agentId).contains("agent-4999");
  }

  @Test
  void whoDidNotTouchItForAMonthIsForgotten() {
    CredentialTrail trail =
        CredentialTrail.EMPTY
            .plus(touch(1, "used", 0, "f"))
            .plus(touch(2, "used", CredentialTrail.KEPT.toSeconds() + 1, "f"));

    assertThat(trail.visits()).extracting(Visit::agentId).containsExactly("agent-2");
  }

  @Test
  void itIsTheSameAfterItsJson() throws MalformedDocumentException {
    CredentialTrail trail =
        CredentialTrail.EMPTY.plus(touch(1, "used", 0, "f")).plus(touch(2, "sighted", 9, "g"));

    assertThat(CredentialTrail.CODEC.decode(CredentialTrail.CODEC.encode(trail))).isEqualTo(trail);
  }

  /** Two agents that meet in any order are found, whoever is told of first. */
  @Property(tries = 200)
  void theChainOverTwoAgentsIsFoundInAnyOrderOfItsTouches(@ForAll long seed) {
    Random random = new Random(seed);
    List<CredentialTouch> touches = new ArrayList<>();
    for (int agent = 0; agent < 5; agent++) {
      touches.add(touch(agent, agent == 0 ? "sighted" : "used", 10L + agent, "ops/.env"));
    }
    Collections.shuffle(touches, random);
    CredentialTrail trail = CredentialTrail.EMPTY;
    TrailScoring scoring = TrailScoring.standard();
    List<String> found = new ArrayList<>();
    for (CredentialTouch touch : touches) {
      TrailScoring.Result result =
          scoring.score(touch, trail, TrailEventsTest.credential("production"));
      trail = result.trail();
      result.findings().stream()
          .filter(finding -> finding.ruleId().equals("read-by-another"))
          .forEach(finding -> found.add(finding.agentId()));
    }

    assertThat(found).containsExactlyInAnyOrder("agent-1", "agent-2", "agent-3", "agent-4");
  }

  /** Whoever is told of first: the same uses are found, though not with the same evidence. */
  @Property(tries = 300)
  void theSameUsesAreFoundInAnyOrderOfTheAgents(@ForAll long seed) {
    Random random = new Random(seed);
    List<CredentialTouch> touches = new ArrayList<>();
    for (int agent = 0; agent < 6; agent++) {
      String role = random.nextInt(4) == 0 ? "sighted" : "used";
      touches.add(touch(agent, role, random.nextInt(200_000), "ops/.env"));
    }
    Set<String> expected = found(touches);
    for (int i = 0; i < 6; i++) {
      Collections.shuffle(touches, random);
      assertThat(found(touches)).isEqualTo(expected);
    }
  }

  private static Set<String> found(List<CredentialTouch> touches) {
    CredentialTrail trail = CredentialTrail.EMPTY;
    Set<String> found = new TreeSet<>();
    for (CredentialTouch touch : touches) {
      TrailScoring.Result result =
          TrailScoring.standard().score(touch, trail, TrailEventsTest.credential("production"));
      trail = result.trail();
      result.findings().forEach(finding -> found.add(finding.id()));
    }
    return found;
  }
}
