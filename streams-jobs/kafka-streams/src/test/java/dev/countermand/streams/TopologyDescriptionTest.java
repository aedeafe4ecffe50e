package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.Scoring;
import dev.countermand.model.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopologyDescriptionTest {
  private static final Path CHECKED_IN = Path.of("topology.txt");

  @Test
  void theCheckedInDescriptionIsThatOfTheTopology() throws IOException {
    String now =
        ScoringTopology.build(
                new Topics(Topics.DEFAULT_PREFIX), new Scoring(action -> List.of(), List.of()))
            .describe()
            .toString();
    if (Boolean.getBoolean("countermand.write")) {
      Files.writeString(CHECKED_IN, now);
    }

    assertThat(CHECKED_IN)
        .as("write it anew with -DargLine=-Dcountermand.write=true")
        .hasContent(now);
  }
}
