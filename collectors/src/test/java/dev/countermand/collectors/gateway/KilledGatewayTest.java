package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.model.Action;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledGatewayTest {
  @TempDir Path data;

  @Test
  void whatAKilledGatewayAcknowledgedToItsSpoolComesToKafkaInOrder() throws Exception {
    KafkaSettings kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
    Process process = startWithoutKafka(kafka.topics().prefix());
    ExecutorService clients = Executors.newFixedThreadPool(4);
    try {
      int port = port(process);
      for (int c = 0; c < 4; c++) {
        String agent = "agent-" + c;
        clients.submit(() -> reportUntilItDies(port, agent, acknowledged));
      }
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() > 300);
    } finally {
      process.destroyForcibly();
      process.waitFor();
      clients.shutdown();
    }
    assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka());
        GatewayFixture next = GatewayFixture.start(kafka, data)) {
      assertThat(next.gateway().way()).isEqualTo(Outbox.Way.UP);
      List<Action> arrived = GatewayFixture.actions(probe, kafka, acknowledged.size());
      assertThat(arrived).extracting(Action::id).containsAll(acknowledged).doesNotHaveDuplicates();
      for (int c = 0; c < 4; c++) {
        String agent = "agent-" + c;
        List<Integer> numbers =
            arrived.stream()
                .filter(action -> action.agentId().equals(agent))
                .map(action -> action.input() == null ? -1 : action.input().path("n").asInt())
                .toList();
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  private Process startWithoutKafka(String prefix) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            GatewayProcess.class.getName(),
            data.toString(),
            "127.0.0.1:" + GatewayFixture.freePort(),
            prefix));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static int port(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("PORT ")) {
        return Integer.parseInt(line.substring(5));
      }
    }
    throw new IllegalStateException("the gateway's process ended");
  }

  private static void reportUntilItDies(
      int port, String agent, ConcurrentLinkedQueue<String> acknowledged) {
    HttpClient http = HttpClient.newHttpClient();
    for (int n = 0; ; n++) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/actions"))
              .header("Authorization", "Bearer " + GatewayFixture.FLEET)
              .header("Content-Type", "application/json")
              .timeout(Duration.ofSeconds(10))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"agent\":{\"id\":\"%s\"},\"session\":\"s\",\"phase\":\"notice\",\"input\":{\"n\":%d}}"
                          .formatted(agent, n)))
              .build();
      try {
        HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (reply.statusCode() == 200) {
          acknowledged.add(Json.mapper().readTree(reply.body()).path("id").asText());
        }
      } catch (IOException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
