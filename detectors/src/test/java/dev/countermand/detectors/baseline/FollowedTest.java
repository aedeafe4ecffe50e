package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.Known;
import dev.countermand.model.Action;
import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Verb;
import dev.countermand.testkit.ActionSample;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FollowedTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void whatIsDoneWithOneSubjectIsCountedApartFromTheOthers() {
    Followed followed =
        Followed.NONE
            .plus(NOON, Map.of("credential:a", Map.of(Feature.DELETES, 3L)), Known.NOTHING)
            .plus(NOON, Map.of("credential:b", Map.of(Feature.DELETES, 5L)), Known.NOTHING)
            .plus(NOON, Map.of("credential:a", Map.of(Feature.READS, 1L)), Known.NOTHING);

    assertThat(followed.activity("credential:a").seen(Feature.DELETES, Window.HOUR)).isEqualTo(3);
    assertThat(followed.activity("credential:b").seen(Feature.DELETES, Window.HOUR)).isEqualTo(5);
    assertThat(followed.activity("credential:c")).isEqualTo(Activity.NONE);
  }

  @Test
  void ofThousandsOfSubjectsTheLastTouchedAreRemembered() {
    Followed followed = Followed.NONE;
    for (int i = 0; i < 1_000; i++) {
      followed =
          followed.plus(
              NOON.plusSeconds(i),
              Map.of("resource:type " + i + "@production", Map.of(Feature.DELETES, 1_000L)),
              Known.NOTHING);
    }

    assertThat(followed.entries()).hasSize(Followed.MAX_SUBJECTS);
    assertThat(
            followed
                .activity("resource:type 999@production")
                .seen(Feature.DELETES, Window.TEN_SECONDS))
        .isEqualTo(1_000);
  }

  @Test
  void ofManyResourcesThoseThatGraveThingsAreDoneToAreFollowed() {
    List<Effect> effects =
        IntStream.range(0, 40)
            .mapToObj(i -> effect(i == 39 ? Verb.DESTROY : Verb.READ, "type" + i, "production"))
            .toList();

    assertThat(Features.followed(action(), effects))
        .hasSize(Features.MAX_FOLLOWED / 2)
        .containsEntry("resource:type39@production", Map.of(Feature.DESTROYS, 1L));
  }

  @Test
  void whatIsOnTheAgentsOwnMachineIsNotFollowed() {
    assertThat(Features.followed(action(), List.of(effect(Verb.DELETE, "file", "local"))))
        .isEmpty();
  }

  private static Action action() {
    return ActionSample.of("id", NOON).build();
  }

  private static Effect effect(Verb verb, String type, String environment) {
    return new Effect(verb, new Resource(type, "x", environment), false, 0.9, "because");
  }
}
