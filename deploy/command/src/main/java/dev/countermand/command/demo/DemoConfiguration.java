package dev.countermand.command.demo;

import dev.countermand.command.stack.Registry;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Writes the configuration of a demo: the same file a person would write, on free ports. */
final class DemoConfiguration {
  static final String AGENT = "claude-code@build-7";
  static final String PROVIDER = "demo-cloud";
  static final String FILE = "countermand.yaml";

  private final Path directory;
  private final String hookToken;

  DemoConfiguration(Path directory) throws IOException {
    this.directory = directory;
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    this.hookToken = HexFormat.of().formatHex(random);
    Path secrets = Files.createDirectories(directory.resolve("secrets"));
    SecretFile.create(secrets.resolve("hook-token"), hookToken.getBytes(StandardCharsets.US_ASCII));
  }

  /** The bearer token of the agent's hooks. */
  String hookToken() {
    return hookToken;
  }

  /** The configuration for a provider; the addresses of the servers are not in it yet. */
  Configuration before(ProviderProcess provider, int gatewayPort) throws IOException {
    SecretFile.create(
        directory.resolve("secrets").resolve("provider-client"),
        provider.told("client_secret").getBytes(StandardCharsets.US_ASCII));
    return write(provider, gatewayPort, "127.0.0.1:1", "http://127.0.0.1:1");
  }

  /** The same with the addresses of the servers, for commands beside a demo that is kept up. */
  Configuration write(
      ProviderProcess provider, int gatewayPort, String bootstrap, String elasticsearch)
      throws IOException {
    String yaml =
        """
        data: %1$s/data
        kafka:
          bootstrap: %2$s
        elasticsearch:
          url: %3$s
        gateway:
          port: %4$d
          sources:
            - name: build-7
              token: {file: %1$s/secrets/hook-token}
              agent: %5$s
              agent-name: Claude Code on build-7
              environment: development
        learning:
          enabled: false
        containment:
          mode: enforce
          providers:
            %6$s:
              type: oauth2
              revocation-endpoint: %7$s
              introspection-endpoint: %8$s
              client-id: %9$s
              client-secret: {file: %1$s/secrets/provider-client}
        """
            .formatted(
                directory,
                bootstrap,
                elasticsearch,
                gatewayPort,
                AGENT,
                PROVIDER,
                provider.told("revoke"),
                provider.told("introspect"),
                provider.told("client_id"));
    Path file = directory.resolve(FILE);
    Files.writeString(file, yaml);
    return ConfigurationLoader.load(file);
  }

  /** What the agent is asked to do, from now on. */
  static Task task(List<String> credentials) {
    Instant now = Instant.now();
    return new Task(
        Ids.next(),
        now,
        AGENT,
        TaskStatus.OPEN,
        "Fix the staging deploy of orders",
        List.of("staging"),
        List.of("file:*"),
        List.of(Verb.READ, Verb.WRITE, Verb.EXECUTE),
        credentials,
        now,
        now.plus(Duration.ofHours(8)),
        "dana@shop.example",
        Extra.NONE);
  }

  /** What is registered of the token of production. */
  static Registry.Description accountToken() {
    return token(
        "infra-account-token", "platform team", "production", "destroy:volume", "write:domain");
  }

  /** What is registered of the token of staging. */
  static Registry.Description stagingToken() {
    return token("infra-staging-token", "orders team", "staging", "write:volume");
  }

  private static Registry.Description token(
      String name, String owner, String environment, String... capabilities) {
    return new Registry.Description(
        name,
        "oauth2-token",
        PROVIDER,
        owner,
        environment,
        List.of(capabilities),
        Map.of(),
        "demo");
  }
}
