package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.collectors.gateway.Gateway;
import dev.countermand.command.stack.LocalSource;
import dev.countermand.command.stack.Roles;
import dev.countermand.embedded.Ports;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.SmallDisk;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of a deployment in which something is wrong. */
final class DoctorCommandTest {
  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private Invocation doctor(String config) throws IOException {
    Path file = directory.resolve("countermand.yaml");
    Files.writeString(file, config);
    return Invocation.of("", "doctor", "--config", file.toString());
  }

  /** A server to which one can connect, and which never says a word. */
  private int silent() throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.add(socket);
    return socket.getLocalPort();
  }

  @Test
  void itIsDoneInFifteenSecondsThoughNoServerAnswers() throws IOException {
    String config =
        """
        data: %s/data
        kafka: {bootstrap: "127.0.0.1:%d"}
        elasticsearch: {url: "http://127.0.0.1:%d"}
        gateway: {port: %d}
        console: {port: %d}
        """
            .formatted(directory, silent(), silent(), silent(), silent());
    long begun = System.nanoTime();

    Invocation examined = doctor(config);

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(examined.code()).isEqualTo(1);
    assertThat(examined.out()).contains("bad   kafka", "bad   elasticsearch", "bad   gateway");
  }

  @Test
  void everySecretThatCannotBeReadIsNamed() throws IOException {
    Invocation examined =
        doctor(
            """
            data: %s/data
            kafka: {bootstrap: "127.0.0.1:%d"}
            elasticsearch: {url: "http://127.0.0.1:1", api-key: {env: COUNTERMAND_TEST_NOT_SET_1}}
            kibana: {url: "http://127.0.0.1:1", api-key: {env: COUNTERMAND_TEST_NOT_SET_2}}
            gateway: {port: 1}
            console: {port: 1}
            tasks:
              policy:
                engine: opa
                url: http://127.0.0.1:1
                token: {env: COUNTERMAND_TEST_NOT_SET_3}
            containment:
              providers:
                bao:
                  type: vault
                  url: http://127.0.0.1:1
                  token: {env: COUNTERMAND_TEST_NOT_SET_4}
            """
                .formatted(directory, Ports.free()));

    assertThat(examined.code()).isEqualTo(1);
    assertThat(examined.out())
        .containsPattern("bad   elasticsearch key .*COUNTERMAND_TEST_NOT_SET_1")
        .containsPattern("bad   kibana key .*COUNTERMAND_TEST_NOT_SET_2")
        .containsPattern("bad   tasks.policy .*COUNTERMAND_TEST_NOT_SET_3")
        .containsPattern("bad   provider bao .*COUNTERMAND_TEST_NOT_SET_4");
  }

  @Test
  void theSourceThatUpMadeIsKnown() throws IOException {
    String text =
        """
        data: %s/data
        kafka: {bootstrap: "127.0.0.1:%d"}
        elasticsearch: {url: "http://127.0.0.1:1"}
        gateway: {port: 1}
        console: {port: 1}
        """
            .formatted(directory, Ports.free());
    assertThat(doctor(text).out()).contains("warn  sources").contains("`up` makes one");

    Path file = Files.writeString(directory.resolve("made.yaml"), text);
    LocalSource.ensure(ConfigurationLoader.load(file), LocalSource.Speaks.FOR_ONE_AGENT);

    assertThat(doctor(text).out())
        .contains("ok    sources", directory + "/data/keys/local-source.token")
        .doesNotContain("warn  sources");
  }

  @Test
  void aFullDiskAndAGatewayThatLosesRecordsAreBad() throws Exception {
    Path data = directory.resolve("data");
    SmallDisk disk = SmallDisk.mount(data, 80);
    open.add(disk);
    Path token = Files.writeString(directory.resolve("token"), "token-of-the-" + "builder");
    int port = Ports.free();
    String config =
        """
        data: %s
        kafka: {bootstrap: "127.0.0.1:%d"}
        elasticsearch: {url: "http://127.0.0.1:1"}
        console: {port: 1}
        gateway:
          port: %d
          sources: [{name: builder, agent: agent-1, token: {file: %s}}]
        """
            .formatted(data, Ports.free(), port, token);
    Path file = Files.writeString(directory.resolve("gateway.yaml"), config);
    Gateway gateway =
        new Roles(
                ConfigurationLoader.load(file),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                InstantSource.system())
            .gateway();
    open.add(gateway::close);

    assertThat(doctor(config).out())
        .contains("warn  disk", "warn  gateway", "degraded", "\"kafka\":\"away\"");

    disk.fill();
    new HttpCaller(Duration.ofSeconds(10))
        .call(
            "POST",
            URI.create("http://127.0.0.1:" + port + "/v1/hooks/claude-code"),
            Map.of(
                "Authorization",
                "Bearer " + Files.readString(token),
                "Content-Type",
                "application/json"),
            Json.mapper().createObjectNode().put("hook_event_name", "Stop").toString());

    assertThat(doctor(config).out())
        .contains("bad   disk", "Make room", "bad   gateway", "SPOOL_UNUSABLE");
  }
}
