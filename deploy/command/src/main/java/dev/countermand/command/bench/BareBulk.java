package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.benchmarks.BenchActions;
import dev.countermand.benchmarks.BenchActions.Scored;
import dev.countermand.model.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The limit of the sink: requests that were made before, of as many documents as the sink puts into
 * one, as many at a time, and nothing read, checked or committed.
 */
final class BareBulk {
  private static final int DOCUMENTS = 500;
  private static final int AT_A_TIME = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String url;
  private final List<byte[]> bodies = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private long bytes;

  BareBulk(String url, int documents) {
    this.url = url;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int in = 0;
    for (int i = 0; i < documents; i++) {
      byte[] document = BenchActions.document(i, Scored.YES);
      bytes += document.length;
      body.writeBytes(
          ("{\"create\":{\"_id\":\"bench-" + i + "\"}}\n").getBytes(StandardCharsets.US_ASCII));
      body.writeBytes(document);
      body.write('\n');
      in++;
      if (in == DOCUMENTS || i == documents - 1) {
        bodies.add(body.toByteArray());
        sizes.add(in);
        body.reset();
        in = 0;
      }
    }
  }

  /** Those of the documents, without what a bulk has around them. */
  long bytes() {
    return bytes;
  }

  /** Begins to send. */
  Run start(String dataStream) {
    return new Run(URI.create(url + "/" + dataStream + "/_bulk?filter_path=errors"));
  }

  /** One pass over all documents. */
  final class Run implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService senders = Executors.newFixedThreadPool(AT_A_TIME);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final URI target;

    private Run(URI target) {
      this.target = target;
      for (int i = 0; i < AT_A_TIME; i++) {
        senders.execute(this::send);
      }
    }

    /** How many are stored by now. */
    long stored() {
      Exception e = failure.get();
      if (e != null) {
        throw new IllegalStateException("a bare bulk was refused", e);
      }
      return stored.get();
    }

    private void send() {
      try {
        for (int i = next.getAndIncrement(); i < bodies.size(); i = next.getAndIncrement()) {
          HttpRequest request =
              HttpRequest.newBuilder(target)
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/x-ndjson")
                  .POST(BodyPublishers.ofByteArray(bodies.get(i)))
                  .build();
          HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
          JsonNode answer = Json.mapper().readTree(response.body());
          if (response.statusCode() != 200 || answer.path("errors").asBoolean(true)) {
            throw new IOException("status " + response.statusCode());
          }
          stored.addAndGet(sizes.get(i));
        }
      } catch (IOException e) {
        failure.set(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure.set(e);
      }
    }

    @Override
    public void close() {
      senders.shutdownNow();
    }
  }
}
