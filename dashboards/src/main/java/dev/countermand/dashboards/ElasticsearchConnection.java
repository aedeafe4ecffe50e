package dev.countermand.dashboards;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpHost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One connection pool to Elasticsearch. Nothing is connected before the first call. Thread-safe.
 */
final class ElasticsearchConnection implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final String place;
  private final RestClient rest;
  private final ElasticsearchClient client;

  ElasticsearchConnection(Configuration.Elasticsearch config) {
    URI url = config.url();
    HttpHost host = new HttpHost(url.getHost(), url.getPort(), url.getScheme());
    this.place = host.toURI();
    RestClientBuilder builder =
        RestClient.builder(host)
            .setRequestConfigCallback(
                request ->
                    request
                        .setConnectTimeout((int) CONNECT.toMillis())
                        .setSocketTimeout((int) ANSWER.toMillis()));
    String path = url.getPath();
    if (path != null && path.length() > 1) {
      builder.setPathPrefix(path);
    }
    if (config.apiKey() != null) {
      String header = "ApiKey " + config.apiKey().read();
      builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", header)});
    }
    this.rest = builder.build();
    this.client =
        new ElasticsearchClient(
            new RestClientTransport(rest, new JacksonJsonpMapper(Json.mapper())));
  }

  /** The typed client on the same pool. */
  ElasticsearchClient client() {
    return client;
  }

  /** Where it is, for messages: without user, password and path. */
  String place() {
    return place;
  }

  /**
   * An answer of any status.
   *
   * @param status the HTTP status
   * @param body its JSON; missing where it has none
   */
  record Reply(int status, JsonNode body) {
    boolean isSuccess() {
      return status < 300;
    }
  }

  /**
   * Sends a request and returns its answer, also when that is an error.
   *
   * @param body JSON, or null for none
   * @throws UncheckedIOException when there is no answer
   */
  Reply call(String method, String path, @Nullable JsonNode body) {
    Request request = new Request(method, path);
    if (body != null) {
      request.setEntity(new StringEntity(body.toString(), ContentType.APPLICATION_JSON));
    }
    try {
      return answer(rest.performRequest(request));
    } catch (ResponseException e) {
      return answer(e.getResponse());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reply answer(Response response) {
    return new Reply(response.getStatusLine().getStatusCode(), json(response.getEntity()));
  }

  private static JsonNode json(@Nullable HttpEntity entity) {
    if (entity == null) {
      return MissingNode.getInstance();
    }
    try (InputStream content = entity.getContent()) {
      return Json.mapper().readTree(content);
    } catch (IOException e) {
      // A proxy's page in between; the status says enough.
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() {
    try {
      rest.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
