package dev.countermand.containment.openbao;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real OpenBao on a free port of this machine, seen by who may do everything there. */
final class OpenBao implements AutoCloseable {
  /** The environment variable that names the program, of {@code src/test/openbao}. */
  static final String VARIABLE = "COUNTERMAND_PEERS_OPENBAO";

  /** An engine of it that makes accounts on a lease. */
  static final String ACCOUNTS = "accounts";

  private final HttpCaller http = new HttpCaller(Duration.ofSeconds(20));
  private final int port;
  private final Process process;
  private final String root;

  OpenBao() {
    String program = Objects.requireNonNull(System.getenv(VARIABLE), VARIABLE);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      process =
          new ProcessBuilder(program, "127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(Path.of("target", "openbao-" + port + ".log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    root = begin();
    ok("POST", "sys/auth/userpass", "{'type':'userpass'}");
    ok("POST", "sys/mounts/" + ACCOUNTS, "{'type':'accounts'}");
    allow("revoker", documented("vault"), "");
    allow("entity-revoker", documented("vault-entity"), "");
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /**
   * What it answers to whoever may do everything.
   *
   * @param body JSON with single quotes; empty for none
   */
  JsonNode ok(String method, String path, String body) {
    return ok(method, path, body, "");
  }

  JsonNode ok(String method, String path, String body, String namespace) {
    HttpCaller.Answer answer = call(method, path, body, root, namespace);
    assertThat(answer.isSuccess()).as("%s %s: %s", method, path, answer.body()).isTrue();
    return json(answer.body());
  }

  /** The status that who may do everything gets. */
  int status(String method, String path) {
    return call(method, path, "", root, "").status();
  }

  /** What a token reads. */
  JsonNode as(String token, String path) {
    return json(call("GET", path, "", token, "").body()).path("data");
  }

  /** The status that a token gets. */
  int status(String method, String path, String body, String token) {
    return call(method, path, body, token, "").status();
  }

  boolean letsIn(String token) {
    return status("GET", "auth/token/lookup-self", "", token) == 200;
  }

  /** A new token; the answer holds it and its accessor. */
  JsonNode token(String fields) {
    return ok("POST", "auth/token/create-orphan", fields).path("auth");
  }

  /** A new user who logs in. */
  JsonNode login(String user) {
    ok("POST", "auth/userpass/users/" + user, "{'password':'" + user + "','policies':'default'}");
    return again(user);
  }

  /** The same user logs in once more. */
  JsonNode again(String user) {
    return ok("POST", "auth/userpass/login/" + user, "{'password':'" + user + "'}").path("auth");
  }

  /** The token that another one makes by {@code create} or {@code create-orphan}. */
  String made(String how, String token) {
    return json(call("POST", "auth/token/" + how, "{}", token, "").body())
        .path("auth")
        .path("client_token")
        .asText();
  }

  /** Writes a policy. */
  void allow(String name, String policy, String namespace) {
    String body = Json.mapper().createObjectNode().put("policy", policy).toString();
    JsonNode unused = ok("POST", "sys/policies/acl/" + name, body, namespace);
  }

  /** The policy of a revoker as the documentation shows it. */
  static String documented(String type) {
    try {
      String text = Files.readString(Path.of("README.md"));
      String marked = text.substring(text.indexOf("<!-- policy:" + type + " -->"));
      String policy = marked.substring(marked.indexOf("```hcl\n") + 7);
      return policy.substring(0, policy.indexOf("```"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String begin() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              assertThat(process.isAlive()).as("OpenBao on port %s runs", port).isTrue();
              try {
                return call("GET", "sys/init", "", "", "").isSuccess();
              } catch (UncheckedIOException e) {
                return false;
              }
            });
    JsonNode keys =
        json(call("POST", "sys/init", "{'secret_shares':1,'secret_threshold':1}", "", "").body());
    String key = keys.path("keys").path(0).asText();
    call("POST", "sys/unseal", "{'key':'" + key + "'}", "", "");
    String token = keys.path("root_token").asText();
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> letsIn(token));
    return token;
  }

  private HttpCaller.Answer call(
      String method, String path, String body, String token, String namespace) {
    Map<String, String> headers = new TreeMap<>();
    if (!token.isEmpty()) {
      headers.put("X-Vault-Token", token);
    }
    if (!namespace.isEmpty()) {
      headers.put("X-Vault-Namespace", namespace);
    }
    try {
      return http.call(
          method,
          address().resolve("/v1/" + path),
          headers,
          body.startsWith("{'") ? body.replace('\'', '"') : body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
