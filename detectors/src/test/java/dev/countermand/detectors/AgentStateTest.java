package dev.countermand.detectors;

import static dev.countermand.detectors.Samples.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.grant.Scope;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Extra;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgentStateTest {
  private static final Scope NO_TASK = Samples.scope(Samples.attempt("none", NOON), null);
  private static final Effect DELETE = Samples.effect("delete file:f in local");

  @Test
  void itsJsonComesBackTheSame() {
    AgentState state = AgentState.EMPTY;
    for (int i = 0; i < 20; i++) {
      state =
          state.plus(
              Samples.action(
                  "a-" + i,
                  NOON.plusSeconds(17L * i),
                  Phase.ATTEMPT,
                  Outcome.UNKNOWN,
                  "call-" + i,
                  List.of(DELETE),
                  List.of(Samples.mention("sighted foreign in .env"))),
              List.of(DELETE),
              NO_TASK,
              Samples.KNOWN);
    }

    assertThat(AgentState.CODEC.decode(AgentState.CODEC.encode(state))).isEqualTo(state);
    assertThat(AgentState.CODEC.decode(AgentState.CODEC.encode(AgentState.EMPTY)))
        .isEqualTo(AgentState.EMPTY);
  }

  @Test
  void itsMemoryStandsAmongItsOwnFieldsSoThatOldStoresAreRead() {
    String json =
        "{\"sequence\":7,\"lineage\":[{\"fingerprint\":\"fp\",\"kind\":\"jwt\","
            + "\"action\":\"a\",\"time\":\"2026-06-06T12:00:00Z\",\"granted\":false}],"
            + "\"calls\":[\"0123456789abcdef01234567\"],\"variables\":[\"TOKEN=.env\"]}";

    AgentState state = AgentState.CODEC.decode(json.getBytes(UTF_8));

    assertThat(state.memory().sighting(List.of("fp"))).isPresent();
    assertThat(state.memory().calls()).containsExactly("0123456789abcdef01234567");
    assertThat(state.memory().fileOf("TOKEN")).contains(".env");
    assertThat(new String(AgentState.CODEC.encode(state), UTF_8)).isEqualTo(json);
  }

  @Test
  void theWorstAgentStaysBelowTheMaximumSize() {
    // Characters of three bytes, and quotes that JSON escapes: the largest that a name can become.
    String wide = "\u4e16\"".repeat(5_000);
    AgentState state = AgentState.EMPTY;
    for (int i = 0; i < 400; i++) {
      List<CredentialMention> mentions = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        mentions.add(
            new CredentialMention(
                i + "-" + j + "-" + wide,
                wide,
                wide,
                CredentialRole.SIGHTED,
                wide,
                wide,
                Extra.NONE));
      }
      Action action =
          Samples.action(
              i + "x".repeat(120),
              NOON.plusSeconds(i),
              Phase.ATTEMPT,
              Outcome.UNKNOWN,
              wide + i,
              List.of(DELETE),
              mentions);
      state = state.plus(action, action.effects(), NO_TASK, Samples.KNOWN);
    }

    assertThat(state.memory().lineage()).hasSize(AgentMemory.MAX_SIGHTINGS);
    assertThat(state.memory().calls()).hasSize(AgentMemory.MAX_CALLS);
    assertThat(AgentState.CODEC.encode(state).length)
        .isGreaterThan(100_000)
        .isLessThan(AgentState.MAX_BYTES);
  }

  @Test
  void theFirstSightingIsKeptAndTheOldestIsForgotten() {
    AgentState state = AgentState.EMPTY;
    for (int i = 0; i <= AgentMemory.MAX_SIGHTINGS; i++) {
      state = state.plus(sighting("a-" + i, "fp-" + i), List.of(), NO_TASK, Samples.KNOWN);
      state = state.plus(sighting("again-" + i, "fp-" + i), List.of(), NO_TASK, Samples.KNOWN);
    }

    assertThat(state.memory().sighting(List.of("fp-0"))).isEmpty();
    assertThat(state.memory().sighting(List.of("fp-1")))
        .hasValueSatisfying(s -> assertThat(s.actionId()).isEqualTo("a-1"));
  }

  @Test
  void aSightingTakesTheNameOfTheNewKeyAndIsFoundByBoth() {
    AgentState seen =
        AgentState.EMPTY.plus(sighting("first", "old"), List.of(), NO_TASK, Samples.KNOWN);
    AgentState other = seen.plus(sighting("between", "else"), List.of(), NO_TASK, Samples.KNOWN);

    AgentState renamed =
        other.plus(sighting("again", "new", "old"), List.of(), NO_TASK, Samples.KNOWN);
    AgentState late = renamed.plus(sighting("late", "old"), List.of(), NO_TASK, Samples.KNOWN);
    AgentState after = late.plus(sighting("after", "new"), List.of(), NO_TASK, Samples.KNOWN);

    assertThat(after.memory().lineage())
        .extracting(Sighting::fingerprint)
        .containsExactly("new", "else");
    for (String name : List.of("old", "new")) {
      assertThat(after.memory().sighting(List.of(name)))
          .hasValueSatisfying(
              found -> {
                assertThat(found.actionId()).isEqualTo("first");
                assertThat(found.time()).isEqualTo(NOON);
                assertThat(found.file()).isEqualTo(".env");
                assertThat(found.previous()).isEqualTo("old");
              });
    }
    assertThat(AgentState.CODEC.decode(AgentState.CODEC.encode(after))).isEqualTo(after);
  }

  @Test
  void anAttemptAndItsResultAreOneDelete() {
    AgentState attempted =
        AgentState.EMPTY.plus(
            Samples.attempt("a", NOON, DELETE), List.of(DELETE), NO_TASK, Samples.KNOWN);
    AgentState done =
        attempted.plus(result("b", "call-a"), List.of(DELETE), NO_TASK, Samples.KNOWN);
    AgentState another =
        attempted.plus(result("c", "call-c"), List.of(DELETE), NO_TASK, Samples.KNOWN);

    assertThat(attempted.deletes().seen()).isEqualTo(1);
    assertThat(done.deletes().seen()).isEqualTo(1);
    assertThat(another.deletes().seen()).isEqualTo(2);
  }

  @Test
  void withoutCallIdsTheSameInputIsTheSameCall() {
    AgentState attempted =
        AgentState.EMPTY.plus(
            Samples.action("a", NOON, Phase.ATTEMPT, Outcome.UNKNOWN, null, DELETE),
            List.of(DELETE),
            NO_TASK,
            Samples.KNOWN);
    AgentState done = attempted.plus(result("b", null), List.of(DELETE), NO_TASK, Samples.KNOWN);

    assertThat(done.deletes().seen()).isEqualTo(1);
  }

  private static Action result(String id, String call) {
    return Samples.action(id, NOON.plusSeconds(1), Phase.RESULT, Outcome.SUCCESS, call, DELETE);
  }

  private static Action sighting(String id, String fingerprint) {
    return Samples.action(
        id,
        NOON,
        Phase.RESULT,
        Outcome.SUCCESS,
        id,
        List.of(),
        List.of(Samples.mention("sighted " + fingerprint + " in .env")));
  }

  private static Action sighting(String id, String fingerprint, String previous) {
    return Samples.action(
        id,
        NOON.plusSeconds(60),
        Phase.RESULT,
        Outcome.SUCCESS,
        id,
        List.of(),
        List.of(
            new CredentialMention(
                fingerprint,
                "k2",
                previous,
                "oauth2-token",
                CredentialRole.SIGHTED,
                "/output",
                "other.env",
                Extra.NONE)));
  }
}
