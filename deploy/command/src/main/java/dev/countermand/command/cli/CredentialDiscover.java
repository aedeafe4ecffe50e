package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.Registry;
import dev.countermand.containment.discovery.Discovered;
import dev.countermand.containment.discovery.Discovery;
import dev.countermand.model.Credential;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a provider what it lets in. */
@Command(
    name = "discover",
    description =
        "Asks a configured provider what it lets in and what that could do, and says which of it is"
            + " registered. Changes nothing; secrets are not listed by any provider.")
final class CredentialDiscover implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Parameters(
      paramLabel = "PROVIDER",
      description = "A name of containment.providers in the configuration.")
  private String provider = "";

  @Option(names = "--offline", description = "Do not ask the registry what is registered.")
  private boolean offline;

  @Override
  public Integer call() {
    Configuration settings = config.load();
    List<Discovered> all = Discovery.at(settings.containment(), provider);
    List<Credential> registered =
        offline ? List.of() : new Registry(settings, InstantSource.system()).list();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "KIND", "CAN", "REMARKS", "REGISTERED AS"));
    for (Discovered one : all) {
      Optional<Credential> known = known(one, registered);
      ObjectNode document =
          Json.mapper()
              .createObjectNode()
              .put("name", one.name())
              .put("kind", one.kind())
              .put("registered_as", known.map(Credential::name).orElse(null));
      one.capabilities().forEach(document.putArray("capabilities")::add);
      one.handle().forEach(document.putObject("handle")::put);
      one.remarks().forEach(document.putArray("remarks")::add);
      output.line(document);
      rows.add(
          List.of(
              one.name(),
              one.kind(),
              one.capabilities().isEmpty() ? "-" : String.join(",", one.capabilities()),
              one.remarks().isEmpty() ? "-" : String.join(", ", one.remarks()),
              known.map(Credential::name).orElse("-")));
    }
    output.table(rows);
    return 0;
  }

  private Optional<Credential> known(Discovered one, List<Credential> registered) {
    return registered.stream()
        .filter(credential -> credential.provider().equals(provider))
        .filter(credential -> credential.handle().entrySet().containsAll(one.handle().entrySet()))
        .findFirst();
  }
}
