package dev.countermand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What every Elasticsearch the tests run on does. */
interface ElasticsearchContract {
  ElasticsearchBackend elasticsearch();

  @Test
  default void aDataStreamIsMadeByTheFirstDocumentAndTakesEveryIdOnce() throws Exception {
    String stream = KafkaProbe.uniqueName("logs.test").toLowerCase(java.util.Locale.ROOT);
    String template =
        """
        {"index_patterns":["%s"],"data_stream":{},"priority":500,"template":{"mappings":{"properties":{
          "@timestamp":{"type":"date"},"said":{"type":"keyword"}}}}}
        """
            .formatted(stream);
    assertThat(send("PUT", "/_index_template/" + stream, template).statusCode()).isEqualTo(200);
    String document = "{\"@timestamp\":\"2026-11-20T00:00:00Z\",\"said\":\"yes\"}";
    String create = "/" + stream + "/_create/1?refresh=true";
    assertThat(send("PUT", create, document).statusCode()).isEqualTo(201);
    assertThat(send("PUT", create, document).statusCode()).as("the same id again").isEqualTo(409);
    HttpResponse<String> found =
        send("POST", "/" + stream + "/_search", "{\"query\":{\"term\":{\"said\":\"yes\"}}}");
    assertThat(found.body()).contains("\"value\":1");
    assertThat(send("GET", "/" + stream + "/_mapping", "").body())
        .as("the backing index of a data stream")
        .startsWith("{\".ds-" + stream);
  }

  private HttpResponse<String> send(String method, String path, String json)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(elasticsearch().url() + path))
            .header("Content-Type", "application/json")
            .method(
                method,
                json.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
