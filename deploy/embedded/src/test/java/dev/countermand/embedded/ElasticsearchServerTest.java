package dev.countermand.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ElasticsearchServerTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private Path directory;

  // Not @TempDir: only its owner may enter that, and under root the server is another user.
  @BeforeEach
  void anOpenDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/tmp"), "countermand-elasticsearch-test-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void deleteIt() {
    Trees.delete(directory);
  }

  @Test
  void documentsSurviveAStopAStartAndAKill() throws Exception {
    List<String> steps = new ArrayList<>();
    ElasticsearchServer.Options options =
        ElasticsearchServer.Options.defaults().withProgress(steps::add);
    try (ElasticsearchServer elasticsearch = ElasticsearchServer.start(directory, options)) {
      String url = elasticsearch.url();
      assertThat(Files.getAttribute(Path.of("/proc/" + elasticsearch.pid()), "unix:uid"))
          .as("the user it runs as: this one, or nobody when this one is root")
          .isEqualTo(Account.current().isRoot() ? 65_534 : Account.current().uid());
      assertThat(put(url + "/kept/_doc/1?refresh=true", "{\"said\":\"before the stop\"}"))
          .isEqualTo(201);
      elasticsearch.restart();
      assertThat(elasticsearch.url()).isEqualTo(url);
      assertThat(put(url + "/kept/_doc/2?refresh=true", "{\"said\":\"before the kill\"}"))
          .isEqualTo(201);
      elasticsearch.kill();
      assertThat(elasticsearch.isAlive()).isFalse();
      elasticsearch.restart();
      assertThat(get(url + "/kept/_search")).contains("before the stop", "before the kill");
    }
    assertThat(steps).anyMatch(step -> step.startsWith("Elasticsearch is ready after"));
    assertThat(directory.resolve("logs/elasticsearch.log")).isNotEmptyFile();
  }

  @Test
  void whatIsBuiltHoldsNoXPack() throws Exception {
    List<String> modules = new ArrayList<>();
    try (ZipInputStream zip =
        new ZipInputStream(getClass().getResourceAsStream("/servers/elasticsearch-minimal.zip"))) {
      for (ZipEntry one = zip.getNextEntry(); one != null; one = zip.getNextEntry()) {
        assertThat(one.getName()).doesNotContain("x-pack", "security-cli");
        if (one.getName().matches("[^/]+/modules/[^/]+/")) {
          modules.add(one.getName().split("/")[2]);
        }
      }
    }
    assertThat(modules).containsExactlyInAnyOrder("apm", "transport-netty4");
  }

  @Test
  void withSecurityItLetsInItsSuperuserAndNobodyElseBeforeAndAfterARestart() throws Exception {
    ElasticsearchServer.Options options =
        ElasticsearchServer.Options.defaults()
            .withDistribution(ElasticsearchDistribution.withXPack())
            .withSecurity();
    try (ElasticsearchServer elasticsearch = ElasticsearchServer.start(directory, options)) {
      String who = elasticsearch.url() + "/_security/_authenticate";
      String right = elasticsearch.superuser() + ":" + elasticsearch.password();
      assertThat(status(who, right)).isEqualTo(200);
      assertThat(status(who, elasticsearch.superuser() + ":wrong")).isEqualTo(401);
      assertThat(put(elasticsearch.url() + "/kept/_doc/1", "{}")).isEqualTo(401);
      elasticsearch.restart();
      assertThat(status(who, right)).isEqualTo(200);
      assertThat(directory.resolve("logs/elasticsearch.log"))
          .content()
          .doesNotContain(elasticsearch.password());
    }
  }

  @Test
  void underRootAClosedDirectoryIsNamed() throws Exception {
    assumeThat(Account.current().isRoot()).isTrue();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Path below = directory.resolve("below");
    assertThatThrownBy(
            () -> ElasticsearchServer.start(below, ElasticsearchServer.Options.defaults()))
        .isInstanceOfSatisfying(
            EmbeddedServerException.class, e -> assertThat(e.code()).isEqualTo("DATA_DIRECTORY"))
        .hasMessageContaining(directory + " is rwx------");
  }

  private int put(String url, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private int status(String url, String login) throws Exception {
    String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Basic " + basic).build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private String get(String url) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
