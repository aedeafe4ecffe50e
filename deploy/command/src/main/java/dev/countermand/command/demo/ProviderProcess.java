package dev.countermand.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.command.provider.ProviderMain;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The demo's provider, in a process of its own, and what the demo asks it. */
final class ProviderProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final String ALL_VOLUMES =
      "{\"query\":\"query { volumes { id name environment backups } }\"}";

  /**
   * What is left at the provider.
   *
   * @param volumes how many volumes
   * @param backups how many backups, over all volumes
   */
  record Inventory(int volumes, int backups) {}

  private final Process process;
  private final Map<String, String> description;
  private final HttpCaller http = new HttpCaller(Duration.ofSeconds(5));

  private ProviderProcess(Process process, Map<String, String> description) {
    this.process = process;
    this.description = description;
  }

  /** Starts it; returns when it listens. */
  static ProviderProcess start(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path ready = directory.resolve("provider.json");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ProviderMain.class.getName(),
                    directory.toString()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("provider.out").toFile())
            .start();
    long deadline = System.nanoTime() + START.toNanos();
    while (Files.notExists(ready)) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
        process.destroy();
        throw new CountermandException(
            "PROVIDER_DID_NOT_START",
            "The demo's provider did not start. See " + directory.resolve("provider.out") + ".");
      }
    }
    Map<String, String> description = new HashMap<>();
    Json.mapper()
        .readTree(Files.readString(ready))
        .properties()
        .forEach(field -> description.put(field.getKey(), field.getValue().textValue()));
    return new ProviderProcess(process, Map.copyOf(description));
  }

  /** What the provider told of itself, its tokens among it; never printed. */
  Map<String, String> description() {
    return description;
  }

  /** One of the things it told of itself. */
  String told(String name) {
    return Objects.requireNonNull(description.get(name), name);
  }

  /** Makes a call; the answer is whatever the provider says. */
  HttpCaller.Answer call(Incident.Call call) throws IOException {
    return http.call(
        call.method(),
        URI.create(call.url()),
        Map.of("Authorization", call.authorization(), "Content-Type", "application/json"),
        call.body());
  }

  /** What is left, asked with the operator's own token. */
  Inventory inventory() throws IOException {
    HttpCaller.Answer answer =
        call(
            new Incident.Call(
                "POST", told("graphql"), "Bearer " + told("operator_token"), ALL_VOLUMES));
    JsonNode volumes = Json.mapper().readTree(answer.body()).path("data").path("volumes");
    int backups = 0;
    for (JsonNode volume : volumes) {
      backups += volume.path("backups").size();
    }
    return new Inventory(volumes.size(), backups);
  }

  /** Whether a token is active, by introspection (RFC 7662). */
  boolean isActive(String token) throws IOException {
    String client = told("client_id") + ":" + told("client_secret");
    HttpCaller.Answer answer =
        http.postForm(
            URI.create(told("introspect")),
            Map.of(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8))),
            Map.of("token", token));
    return Json.mapper().readTree(answer.body()).path("active").asBoolean();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
