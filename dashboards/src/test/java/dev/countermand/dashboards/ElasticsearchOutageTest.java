package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.embedded.ElasticsearchServer;
import dev.countermand.testkit.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Elasticsearch dies and comes back; one of its own, because others share theirs. */
class ElasticsearchOutageTest {
  private static Path directory;
  private static ElasticsearchServer server;

  @BeforeAll
  static void startServer() throws Exception {
    // Not below the build, and open to enter: the server may run as another user.
    directory = Files.createTempDirectory(Path.of("/tmp"), "countermand-outage-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    server = ElasticsearchServer.start(directory, ElasticsearchServer.Options.defaults());
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void killedAndRestartedInMidStreamNothingIsLostAndTheSinkGoesOn() {
    try (SinkHarness harness = new SinkHarness(TestServers.kafka(), server.url())) {
      for (int i = 0; i < 300; i++) {
        harness.produce(DataStream.ACTION, "id-" + i);
      }
      SinkHarness.await().until(() -> harness.documents(DataStream.ACTION, "stored") > 0);
      server.kill();
      for (int i = 300; i < 600; i++) {
        harness.produce(DataStream.ACTION, "id-" + i);
      }
      SinkHarness.await().until(() -> harness.waiting(DataStream.ACTION) == 1);

      server.restart();

      harness.awaitCount(DataStream.ACTION, 600);
      harness.produce(DataStream.ACTION, "id-600");
      harness.awaitCount(DataStream.ACTION, 601);
      try (var sources = harness.reader.sources(harness.name(DataStream.ACTION))) {
        assertThat(sources.map(s -> s.replaceAll(".*\"id\":\"(id-\\d+)\".*", "$1")))
            .containsExactlyInAnyOrderElementsOf(
                IntStream.rangeClosed(0, 600)
                    .mapToObj(i -> "id-" + i)
                    .collect(Collectors.toList()));
      }
      assertThat(harness.probe.readAll(harness.kafka.topics().deadLetters())).isEmpty();
      SinkHarness.await().until(() -> harness.waiting(DataStream.ACTION) == 0);
    }
  }

  @Test
  void aTemplateThatWasDeletedIsPutAgainInsteadOfAnIndexOfGuessedTypes() {
    try (SinkHarness harness = new SinkHarness(TestServers.kafka(), server.url());
        ElasticsearchConnection admin = new ElasticsearchConnection(harness.elasticsearch)) {
      String template = "/_index_template/" + DataStream.OUTCOME.template();
      SinkHarness.await().until(() -> admin.call("GET", template, null).isSuccess());
      assertThat(admin.call("DELETE", template, null).isSuccess()).isTrue();

      harness.produce(DataStream.OUTCOME, "id-1");

      harness.awaitCount(DataStream.OUTCOME, 1);
      String resolve = "/_resolve/index/" + harness.name(DataStream.OUTCOME);
      assertThat(admin.call("GET", resolve, null).body().path("data_streams")).hasSize(1);
    }
  }
}
