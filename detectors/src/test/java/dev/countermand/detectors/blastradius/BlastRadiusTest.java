package dev.countermand.detectors.blastradius;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.blastradius.BlastRadius.Reach;
import dev.countermand.model.Credential;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlastRadiusTest {
  private static final Instant NOW = Instant.parse("2026-04-25T10:00:00Z");

  private static Credential credential(
      String name, String environment, @Nullable String owner, String... capabilities) {
    return new Credential(
        "fp-" + name,
        "k1",
        NOW,
        name,
        "oauth2-token",
        "cloud",
        owner,
        environment,
        List.of(capabilities),
        Map.of(),
        null,
        "ann",
        Extra.NONE);
  }

  private static Task task(String id, @Nullable Instant until, String... credentials) {
    return new Task(
        id,
        NOW,
        "agent-" + id,
        TaskStatus.OPEN,
        "work",
        List.of("*"),
        List.of("*"),
        List.of(Verb.WRITE),
        List.of(credentials),
        NOW.minusSeconds(60),
        until,
        "ann",
        Extra.NONE);
  }

  private static Reach only(
      List<Credential> credentials, List<Task> tasks, Map<String, List<String>> files) {
    return BlastRadius.of(credentials, tasks, NOW, files).credentials().get(0);
  }

  @Test
  void aTokenThatDestroysVolumesTakesTheBackupsKeptInThem() {
    Reach reach =
        only(List.of(credential("t", "production", null, "destroy:volume")), List.of(), Map.of());
    assertThat(reach.removes()).containsExactly("volume");
    assertThat(reach.backups()).singleElement().asString().contains("backups");
    assertThat(reach.owned()).isFalse();
    assertThat(reach.tasks()).isEmpty();
  }

  @Test
  void aTokenThatMayDeleteDataAndBackupsIsNamedForBoth() {
    Reach reach =
        only(
            List.of(credential("t", "production", "ann", "delete:row", "delete:backup")),
            List.of(),
            Map.of());
    assertThat(reach.backups()).contains("it may delete backups");
    assertThat(reach.owned()).isTrue();
  }

  @Test
  void readingAndWritingReachNothing() {
    Reach reach =
        only(
            List.of(credential("t", "production", "ann", "read:table", "write:table")),
            List.of(),
            Map.of());
    assertThat(reach.removes()).isEmpty();
    assertThat(reach.score()).isZero();
  }

  @Test
  void aTaskThatIsOpenNeedsItAndOneThatHasEndedDoesNot() {
    Credential credential = credential("t", "production", "ann", "destroy:volume");
    List<Task> tasks =
        List.of(
            task("1", null, "fp-t"), task("2", NOW.minusSeconds(1), "fp-t"), task("3", null, "x"));
    assertThat(only(List.of(credential), tasks, Map.of()).tasks()).containsExactly("1");
  }

  @Test
  void theGravestComesFirst() {
    List<Credential> all =
        List.of(
            credential("a-reader", "production", "ann", "read:table"),
            credential("b-staging", "staging", "ann", "destroy:volume"),
            credential("c-production", "production", "ann", "destroy:volume"),
            credential("d-in-code", "production", "ann", "destroy:volume"));
    BlastRadius radius =
        BlastRadius.of(all, List.of(), NOW, Map.of("fp-d-in-code", List.of("a.txt:1")));
    assertThat(radius.credentials())
        .extracting(reach -> reach.credential().name())
        .containsExactly("d-in-code", "c-production", "b-staging", "a-reader");
    assertThat(radius.credentials().get(0).files()).containsExactly("a.txt:1");
  }

  @Test
  void aCapabilityOfEverythingIsSaidAsSuch() {
    Reach reach = only(List.of(credential("t", "unknown", null, "*:*")), List.of(), Map.of());
    assertThat(reach.removes()).containsExactly("*");
    assertThat(reach.backups()).containsExactly("it may delete everything");
  }
}
