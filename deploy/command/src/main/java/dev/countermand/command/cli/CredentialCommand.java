package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.Terminal;
import dev.countermand.command.stack.Registry;
import dev.countermand.model.Credential;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registry of credentials. */
@Command(
    name = "credential",
    description = "Registers credentials, so that they are recognised and can be revoked.",
    subcommands = {
      CredentialCommand.Add.class,
      CredentialCommand.ListThem.class,
      CredentialCommand.Show.class,
      CredentialImport.class,
      CredentialRotateKey.class,
      CredentialDiscover.class,
      CredentialScan.class,
      CredentialBlastRadius.class
    })
final class CredentialCommand {

  /** Registers one. */
  @Command(
      name = "add",
      description =
          "Registers a credential. The secret is read from standard input (or a file, or an"
              + " environment variable), its fingerprint and a copy sealed to containment are kept"
              + " (no copy where gateway.seal is none for its kind), and it is forgotten. It is"
              + " never an argument.")
  static final class Add implements Callable<Integer> {
    private static final int MAX_STDIN = 16 * 1024;

    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "NAME", description = "What people call it.")
    private String name = "";

    @Option(
        names = "--provider",
        required = true,
        description = "Who can revoke it: a name of containment.providers in the configuration.")
    private String provider = "";

    @Option(names = "--kind", description = "What it is. Default: ${DEFAULT-VALUE}.")
    private String kind = "oauth2-token";

    @Option(names = "--owner", description = "Who answers for it.")
    private @Nullable String owner;

    @Option(
        names = "--environment",
        description = "What it opens: production, staging, ... Default: ${DEFAULT-VALUE}.")
    private String environment = "unknown";

    @Option(
        names = "--capability",
        paramLabel = "VERB:TYPE",
        description = "What it can do, for instance destroy:volume. Repeatable.")
    private List<String> capabilities = new ArrayList<>();

    @Option(
        names = "--handle",
        paramLabel = "KEY=VALUE",
        description = "What names it at the provider, for instance role=agent_77. Repeatable.")
    private Map<String, String> handle = new LinkedHashMap<>();

    @Option(names = "--secret-file", description = "Read the secret from this file.")
    private @Nullable Path file;

    @Option(names = "--secret-env", description = "Read it from this environment variable.")
    private @Nullable String variable;

    @Mixin private PersonOption by = new PersonOption();

    @Override
    public Integer call() throws IOException {
      Configuration configuration = config.load();
      String person = by.name(configuration);
      String secret = secret();
      try (TopicWriter writer = new TopicWriter(configuration.kafka())) {
        Credential credential =
            new Registry(configuration, InstantSource.system())
                .add(
                    writer,
                    new Registry.Description(
                        name, kind, provider, owner, environment, capabilities, handle, person),
                    secret);
        output.say("Registered " + credential.name() + " as " + credential.fingerprint());
        if (credential.sealed() == null) {
          output.say(
              "No sealed copy is kept: gateway.seal is none for "
                  + credential.kind()
                  + (credential.handle().isEmpty()
                      ? ". It can be revoked only by a handle, and it has none: add it again with"
                          + " --handle."
                      : ". It can be revoked only by its handle."));
        }
        output.document(Credential.CODEC, credential);
      }
      return 0;
    }

    private String secret() throws IOException {
      if (file != null || variable != null) {
        return new SecretRef(file, variable).read();
      }
      Console console = Terminal.isInput() ? System.console() : null;
      if (console != null) {
        char[] typed = console.readPassword("Secret of %s: ", name);
        return typed == null ? "" : new String(typed);
      }
      return new String(System.in.readNBytes(MAX_STDIN), StandardCharsets.UTF_8);
    }
  }

  /** Lists them. */
  @Command(name = "list", description = "Lists the registered credentials; never a secret.")
  static final class ListThem implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("NAME", "KIND", "PROVIDER", "ENVIRONMENT", "OWNER", "CAN", "FINGERPRINT"));
      for (Credential c : new Registry(config.load(), InstantSource.system()).list()) {
        output.document(Credential.CODEC, c);
        rows.add(
            List.of(
                c.name(),
                c.kind(),
                c.provider(),
                c.environment(),
                c.owner() == null ? "-" : c.owner(),
                c.capabilities().isEmpty() ? "-" : String.join(",", c.capabilities()),
                c.fingerprint()));
      }
      output.table(rows);
      return 0;
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description = "Shows a registered credential as JSON; never a secret, sealed or not.")
  static final class Show implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "NAME", description = "Its name or fingerprint.")
    private String name = "";

    @Override
    public Integer call() {
      Registry registry = new Registry(config.load(), InstantSource.system());
      String fingerprint = registry.fingerprints(List.of(name)).get(0);
      for (Credential credential : registry.list()) {
        if (credential.fingerprint().equals(fingerprint)) {
          JsonNode document = Credential.CODEC.toTree(credential);
          if (document.at("/countermand/credential") instanceof ObjectNode fields) {
            fields.remove("sealed");
            fields.put("is_sealed", credential.sealed() != null);
          }
          Output.pretty(document);
        }
      }
      return 0;
    }
  }
}
