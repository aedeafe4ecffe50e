package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A stream of server-sent events, read by a thread of its own. */
final class Events implements AutoCloseable {
  private final HttpResponse<InputStream> response;
  private final List<Event> seen = new CopyOnWriteArrayList<>();
  private final List<String> comments = new CopyOnWriteArrayList<>();
  private volatile boolean isOver;

  record Event(@Nullable String id, String type, JsonNode data) {}

  Events(HttpResponse<InputStream> response) {
    this.response = response;
    Thread reader = new Thread(this::read, "events");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    String id = null;
    String type = "";
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          type = line.substring(7);
        } else if (line.startsWith("data: ")) {
          seen.add(new Event(id, type, Json.mapper().readTree(line.substring(6))));
          id = null;
        } else if (line.startsWith(":")) {
          comments.add(line);
        }
      }
    } catch (IOException e) {
      // The server, or the test, has ended it.
    }
    isOver = true;
  }

  int status() {
    return response.statusCode();
  }

  HttpResponse<InputStream> response() {
    return response;
  }

  List<Event> seen() {
    return seen;
  }

  List<String> comments() {
    return comments;
  }

  boolean isOver() {
    return isOver;
  }

  /** Waits for an event. */
  Event await(String type, Predicate<JsonNode> wanted) {
    Predicate<Event> is = event -> event.type().equals(type) && wanted.test(event.data());
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> seen.stream().anyMatch(is));
    return seen.stream().filter(is).findFirst().orElseThrow();
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
