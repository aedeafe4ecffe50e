package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

final class TopologyDescriptionTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

  @Test
  void theCheckedInDescriptionIsThatOfTheTopology() throws IOException {
    check(
        Path.of("topology.txt"),
        ScoringTopology.build(TOPICS, new Scoring(action -> List.of(), List.of())));
  }

  @Test
  void theCheckedInDescriptionOfTheRiskJobIsThatOfItsTopology() throws IOException {
    check(
        Path.of("topology-risk.txt"),
        RiskTopology.build(
            TOPICS,
            new RiskPolicy(Duration.ofHours(6), 50, 90, 0),
            new IncidentPolicy(Duration.ofHours(1), 20, Duration.ofHours(8)),
            new SimpleMeterRegistry()));
  }

  private static void check(Path checkedIn, Topology topology) throws IOException {
    String now = topology.describe().toString();
    if (Boolean.getBoolean("countermand.write")) {
      Files.writeString(checkedIn, now);
    }

    assertThat(checkedIn)
        .as("write it anew with -DargLine=-Dcountermand.write=true")
        .hasContent(now);
  }
}
