package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.CredentialIndex;
import dev.countermand.collectors.redact.Fingerprint;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.scan.WorkingTreeScan;
import dev.countermand.collectors.scan.WorkingTreeScan.Found;
import dev.countermand.command.stack.Redactors;
import dev.countermand.command.stack.Registry;
import dev.countermand.model.Credential;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says where secrets lie about in a directory. */
@Command(
    name = "scan",
    description =
        "Says where secrets lie about below a directory, and of the registered ones what they could"
            + " destroy. Secrets are shown by their fingerprints.")
final class CredentialScan implements Callable<Integer> {
  private static final int EACH = 5_000;

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "DIR", description = "The directory, or one file.")
  private Path directory = Path.of(".");

  @Option(
      names = "--offline",
      description =
          "Do not ask the registry: registered secrets without a known shape stay unseen.")
  private boolean offline;

  @Option(names = "--fail", description = "Exit with 1 when there is one.")
  private boolean fail;

  @Override
  public Integer call() throws IOException {
    Configuration settings = config.load();
    Map<String, Credential> registered =
        offline
            ? Map.of()
            : new Registry(settings, InstantSource.system())
                .list().stream()
                    .collect(Collectors.toMap(Credential::fingerprint, Function.identity()));
    List<Found> all = new ArrayList<>();
    WorkingTreeScan.Summary summary = scan(settings, offline, registered, directory, all);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("WHERE", "KIND", "REGISTERED AS", "CAN", "FINGERPRINT"));
    for (Found found : all) {
      Credential credential = registered(registered, found.secret().keyed());
      output.line(document(found, credential));
      rows.add(
          List.of(
              found.file() + ":" + found.line(),
              found.secret().kind(),
              credential == null ? "-" : credential.name(),
              credential == null || credential.capabilities().isEmpty()
                  ? "-"
                  : String.join(",", credential.capabilities()),
              found.secret().fingerprint()));
    }
    if (!all.isEmpty()) {
      output.table(rows);
    }
    output.say(
        all.size()
            + " secrets in "
            + summary.files()
            + " files ("
            + summary.bytes() / 1024
            + " KiB); not read: "
            + summary.binary()
            + " binary, "
            + summary.large()
            + " larger than 1 MiB, "
            + summary.unreadable()
            + " unreadable; not examined to the end: "
            + summary.undecided());
    return fail && !all.isEmpty() ? 1 : 0;
  }

  /** What is registered of a secret, under the current key or, while both hold, the one before. */
  static @Nullable Credential registered(Map<String, Credential> registered, Fingerprint secret) {
    Credential current = registered.get(secret.value());
    return current == null && secret.previous() != null
        ? registered.get(secret.previous())
        : current;
  }

  /** Scans with the redactor of the deployment, and tells people how far it is. */
  static WorkingTreeScan.Summary scan(
      Configuration settings,
      boolean offline,
      Map<String, Credential> registered,
      Path directory,
      List<Found> all)
      throws IOException {
    Redactor redactor =
        offline
            ? Redactors.offline(settings)
            : Redactors.of(settings, CredentialIndex.of(registered.values()));
    return new WorkingTreeScan(
            redactor,
            files -> {
              if (files % EACH == 0) {
                System.err.println(files + " files scanned ...");
              }
            })
        .scan(directory, all::add);
  }

  private static ObjectNode document(Found found, @Nullable Credential credential) {
    ObjectNode document =
        Json.mapper()
            .createObjectNode()
            .put("file", found.file().toString())
            .put("line", found.line())
            .put("kind", found.secret().kind())
            .put("fingerprint", found.secret().fingerprint())
            .put("key_id", found.secret().keyId());
    if (credential != null) {
      document.put("credential", credential.name()).put("environment", credential.environment());
      credential.capabilities().forEach(document.putArray("capabilities")::add);
    }
    return document;
  }
}
