package dev.countermand.command.bench;

import dev.countermand.benchmarks.Percentiles;
import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.command.stack.LocalSource;
import dev.countermand.command.stack.LocalUser;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexReader;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.embedded.Trees;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentCounts;
import dev.countermand.model.IncidentKind;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How soon the console answers over many indexed actions. */
public final class ConsoleBench {
  private static final int INCIDENTS = 1_000;
  private static final int WARM_UP = 5;
  private static final int OF_A_PAGE = 50;
  private static final int OF_A_TIMELINE = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final URI console;
  private final HttpClient client =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

  private ConsoleBench(URI console) {
    this.console = console;
  }

  /**
   * Measures on a Kafka and an Elasticsearch of its own, which are gone when this returns.
   *
   * @param documents how many actions are indexed, at least 10,000
   */
  public static ConsoleResult run(int documents, Progress progress) throws Exception {
    Workplace place = Workplace.create(progress);
    try {
      Configuration config =
          LocalUser.ensure(
              LocalSource.ensure(
                  ConfigurationLoader.read(
                      "data: "
                          + place.of("data")
                          + "\nlearning: {enabled: false}\ngateway: {port: "
                          + Ports.free()
                          + "}\nconsole: {port: "
                          + Ports.free()
                          + "}",
                      "the bench"),
                  LocalSource.Speaks.FOR_ONE_AGENT));
      try (EmbeddedStack stack =
          EmbeddedStack.start(config, EmbeddedStack.Servers.onFreePorts(), progress)) {
        stack.awaitIndex();
        return run(documents, stack, progress);
      }
    } finally {
      Trees.delete(place.directory());
    }
  }

  private static ConsoleResult run(int documents, EmbeddedStack stack, Progress progress)
      throws Exception {
    Configuration config = stack.config();
    Instant now = Instant.now();
    String stream = DataStream.ACTION.in(config.elasticsearch().namespace());
    progress.step("Indexing actions: " + documents);
    long start = System.nanoTime();
    new ConsoleDocuments(config.elasticsearch().url(), stream, now, progress)
        .index(documents, "countermand-action");
    Duration indexing = Duration.ofNanos(System.nanoTime() - start);
    incidents(config, now);
    ConsoleBench bench = new ConsoleBench(stack.console().orElseThrow());
    bench.signIn(LocalUser.token(config).orElseThrow().read());
    try (IndexReader reader = new IndexReader(config.elasticsearch())) {
      return new ConsoleResult(
          reader.count(stream), indexing, bench.pages(progress), bench.timeline(progress));
    }
  }

  private static void incidents(Configuration config, Instant now) {
    String topic = config.kafka().settings().topics().incidents();
    try (TopicWriter writer = new TopicWriter(config.kafka())) {
      for (int i = 0; i < INCIDENTS; i++) {
        Instant last = now.minus(Duration.ofMinutes(i));
        Incident incident =
            new Incident(
                "incident-" + i,
                "change-" + i,
                last,
                IncidentStatus.OPEN,
                ConsoleDocuments.agent(i % 500),
                ConsoleDocuments.agent(i % 500) + ": an incident of the bench",
                0,
                last,
                "An incident of the bench",
                Severity.HIGH,
                50,
                last.minus(Duration.ofMinutes(5)),
                last,
                null,
                null,
                IncidentCounts.NONE,
                List.of(new IncidentKind("bench", Severity.HIGH, 1, last, Extra.NONE)),
                List.of(),
                List.of(),
                Extra.NONE);
        writer.write(topic, incident.id(), Incident.CODEC, incident);
      }
    }
  }

  private Map<String, Percentiles> pages(Progress progress)
      throws IOException, InterruptedException {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("overview", "/api/overview");
    pages.put("agents", "/api/agents?limit=200");
    pages.put("one agent", "/api/agents/one?id=agent-7");
    pages.put("incidents", "/api/incidents?limit=50");
    pages.put("one incident", "/api/incidents/one?id=incident-7");
    pages.put("search, words", "/api/search?q=%22step+7%22+delete");
    pages.put("search, verb", "/api/search?verb=delete&limit=100");
    pages.put("timeline, a day", "/api/timeline?agent=agent-7");
    pages.put("waiting", "/api/waiting");
    Map<String, Percentiles> measured = new LinkedHashMap<>();
    for (Map.Entry<String, String> page : pages.entrySet()) {
      progress.step("Measuring " + page.getKey());
      measured.put(page.getKey(), measure(page.getValue(), OF_A_PAGE));
    }
    return measured;
  }

  private Percentiles timeline(Progress progress) throws IOException, InterruptedException {
    progress.step("Measuring a timeline of " + ConsoleDocuments.STORY + " entries");
    String path = "/api/timeline?agent=" + ConsoleDocuments.BUSY;
    int entries = Json.mapper().readTree(get(path)).path("entries").size();
    if (entries != ConsoleDocuments.STORY) {
      throw new IllegalStateException("the timeline has " + entries + " entries");
    }
    return measure(path, OF_A_TIMELINE);
  }

  private Percentiles measure(String path, int times) throws IOException, InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      get(path);
    }
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      get(path);
      nanos[i] = System.nanoTime() - start;
    }
    return new Percentiles(nanos);
  }

  private void signIn(String token) throws IOException, InterruptedException {
    String body = Json.mapper().createObjectNode().put("token", token).toString();
    send(
        HttpRequest.newBuilder(console.resolve("/api/session"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(console.resolve(path)));
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("The console answers " + response.statusCode());
    }
    return response.body();
  }
}
