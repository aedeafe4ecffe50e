package dev.countermand.command.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The provider's process. Writes {@code provider.json} (mode 0600: it holds the tokens) into its
 * directory when it listens, and a line for each call into {@code provider.log}. Ends when its
 * standard input does, so that it never outlives the demo.
 */
public final class ProviderMain {
  private ProviderMain() {}

  /** The one argument is the provider's directory. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    Estate estate = new Estate(Files.createDirectories(directory.resolve("volumes")));
    estate.furnish();
    Tokens tokens = new Tokens();
    String clientSecret = Tokens.random();
    String clientId = "countermand-containment";
    ProviderServer server =
        new ProviderServer(
            tokens,
            new GraphqlApi(estate),
            clientId,
            clientSecret,
            line -> journal(directory.resolve("provider.log"), line));
    server.start();
    String base = "http://127.0.0.1:" + server.port();
    ObjectNode description = Json.mapper().createObjectNode().put("base", base);
    ProviderServer.paths(base).forEach(description::put);
    description
        .put("client_id", clientId)
        .put("client_secret", clientSecret)
        .put("account_token", tokens.issue(Tokens.Scope.ACCOUNT))
        .put("operator_token", tokens.issue(Tokens.Scope.ACCOUNT))
        .put("staging_token", tokens.issue(Tokens.Scope.STAGING));
    SecretFile.create(
        directory.resolve("provider.json"),
        description.toString().getBytes(StandardCharsets.UTF_8));
    while (System.in.read() >= 0) {
      // Nothing is expected there but its end.
    }
    System.exit(0);
  }

  private static synchronized void journal(Path file, String line) {
    try {
      Files.writeString(
          file,
          Instant.now() + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      // The journal is for curious people; the provider works without it.
    }
  }
}
