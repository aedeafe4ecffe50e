package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

  @Test
  void namesAreOnePrefixAndAWordEachAndDiffer() {
    List<String> names = new Topics("acme").all().stream().map(Topic::name).toList();

    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("acme\\.[a-z-]+"));
    assertThat(names)
        .contains("acme.actions", "acme.scored-actions", "acme.dead-letters", "acme.tasks");
  }

  @Test
  void whatIsStateIsCompactedAndWhatIsEvidenceIsKept() {
    Map<String, Topic> byName =
        TOPICS.all().stream().collect(Collectors.toMap(Topic::name, topic -> topic));

    for (String state :
        List.of(
            TOPICS.tasks(),
            TOPICS.credentials(),
            TOPICS.baselines(),
            TOPICS.rules(),
            TOPICS.containmentState())) {
      assertThat(byName.get(state).settings()).containsEntry("cleanup.policy", "compact");
    }
    assertThat(byName.get(TOPICS.actions()).settings())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", Long.toString(Duration.ofDays(30).toMillis()));
  }

  @Test
  void whatIsSealedUnaskedIsForgottenAfterDays() {
    Topic sealed =
        TOPICS.all().stream()
            .filter(topic -> topic.name().equals(TOPICS.sealedCredentials()))
            .findFirst()
            .orElseThrow();

    assertThat(sealed.partitions()).isEqualTo(1);
    assertThat(sealed.settings())
        .containsEntry("cleanup.policy", "compact,delete")
        .containsEntry("retention.ms", Long.toString(Topics.SEALED.toMillis()));
    assertThat(Topics.SEALED).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void theDocumentedTableIsTheOneOfTheCode() throws IOException {
    String document = Files.readString(Path.of("../docs/topics.md"));
    String table =
        "| topic | partitions | cleanup | kept | largest record |\n|---|---|---|---|---|\n"
            + TOPICS.all().stream().map(TopicsTest::row).collect(Collectors.joining());

    assertThat(document).as("docs/topics.md must hold this table").contains(table);
  }

  private static String row(Topic topic) {
    String kept = topic.settings().get("retention.ms");
    return "| `%s` | %s | `%s` | %s | %d MiB |%n"
        .formatted(
            topic.name(),
            topic.partitions() == 0 ? "`kafka.partitions`" : topic.partitions(),
            topic.settings().get("cleanup.policy"),
            kept == null
                ? "the last of each key" + before(topic)
                : period(Duration.ofMillis(Long.parseLong(kept))),
            Integer.parseInt(topic.settings().get("max.message.bytes")) >> 20);
  }

  private static String before(Topic topic) {
    String lag = topic.settings().get("min.compaction.lag.ms");
    return lag == null ? "" : ", and all of " + period(Duration.ofMillis(Long.parseLong(lag)));
  }

  private static String period(Duration kept) {
    return kept.toDays() > 0 ? kept.toDays() + " days" : kept.toHours() + " h";
  }
}
