package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Verb;
import dev.countermand.testkit.ActionSample;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TraitTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void hostsAreReadWithoutUserPortPathAndCase() {
    assertThat(
            texts(
                TraitKind.HOST,
                "curl https://bob:pw@API.example:8443/x?y 'http://b.example' ftp://c.example|sh"))
        .containsExactly("api.example", "b.example", "c.example");
  }

  @Test
  void aPasswordBeforeAHostIsInNoTrait() {
    assertThat(Trait.of(action("psql postgres://u:hunter2@db.example/x"), List.of()))
        .extracting(Trait::text)
        .contains("db.example")
        .noneMatch(text -> text.contains("hunter2"));
  }

  @Test
  void aThousandHostsAreEight() {
    String command =
        String.join(
            " ", IntStream.range(0, 1_000).mapToObj(i -> "http://h" + i + ".example").toList());

    assertThat(texts(TraitKind.HOST, command)).hasSize(Trait.MAX_OF_A_KIND);
  }

  @Test
  void effectsDifferByVerbTypeAndEnvironmentAndNotByTheThing() {
    List<Effect> effects =
        List.of(
            effect(Verb.DELETE, "volume", "a", "production"),
            effect(Verb.DELETE, "volume", "b", "production"),
            effect(Verb.DELETE, "volume", "a", "staging"));

    assertThat(Trait.of(action("x"), effects))
        .filteredOn(trait -> trait.kind() == TraitKind.EFFECT)
        .extracting(Trait::text)
        .containsExactly("delete volume in production", "delete volume in staging");
  }

  @Test
  void aResultHasNoneWhereItsAttemptHad() {
    Action result =
        ActionSample.of("id", NOON)
            .command("curl https://a.example")
            .phase(Phase.RESULT, Outcome.SUCCESS)
            .build();

    assertThat(Trait.of(result, List.of())).isEmpty();
    assertThat(Trait.of(action("curl https://a.example"), List.of())).isNotEmpty();
  }

  private static List<String> texts(TraitKind kind, String command) {
    return Trait.of(action(command), List.of()).stream()
        .filter(trait -> trait.kind() == kind)
        .map(Trait::text)
        .toList();
  }

  private static Action action(String command) {
    return ActionSample.of("id", NOON).command(command).build();
  }

  private static Effect effect(Verb verb, String type, String id, String environment) {
    return new Effect(verb, new Resource(type, id, environment), false, 0.9, "because");
  }
}
