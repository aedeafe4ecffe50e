package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.scan.WorkingTreeScan.Found;
import dev.countermand.command.stack.Registry;
import dev.countermand.detectors.blastradius.BlastRadius;
import dev.countermand.detectors.blastradius.BlastRadius.Reach;
import dev.countermand.model.Credential;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what the registered credentials could destroy. */
@Command(
    name = "blast-radius",
    description =
        "Says which credential can destroy what, which can delete the backups of what it can"
            + " delete, which lie in files (with --scan), which nobody answers for and which no"
            + " open task needs; the gravest first.")
final class CredentialBlastRadius implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Option(names = "--scan", paramLabel = "DIR", description = "Look for their secrets below DIR.")
  private @Nullable Path directory;

  @Option(names = "--html", paramLabel = "FILE", description = "Also write a page to read.")
  private @Nullable Path page;

  @Override
  public Integer call() throws IOException {
    Configuration settings = config.load();
    List<Credential> credentials = new Registry(settings, InstantSource.system()).list();
    Map<String, List<String>> files = new HashMap<>();
    if (directory != null) {
      List<Found> all = new ArrayList<>();
      Map<String, Credential> registered =
          credentials.stream()
              .collect(Collectors.toMap(Credential::fingerprint, Function.identity()));
      CredentialScan.scan(settings, false, registered, directory, all);
      for (Found found : all) {
        Credential known = CredentialScan.registered(registered, found.secret().keyed());
        files
            .computeIfAbsent(
                known == null ? found.secret().fingerprint() : known.fingerprint(),
                key -> new ArrayList<>())
            .add(found.file() + ":" + found.line());
      }
    }
    Instant now = Instant.now();
    BlastRadius radius = BlastRadius.of(credentials, TaskCommand.all(settings), now, files);
    for (Reach reach : radius.credentials()) {
      output.line(document(reach));
      say(reach);
    }
    if (radius.credentials().isEmpty()) {
      output.say("No credential is registered. See: countermand credential add --help");
    }
    if (page != null) {
      Output.write(page, BlastRadiusPage.of(radius, now));
      output.say("Written: " + page);
    }
    return 0;
  }

  private void say(Reach reach) {
    Credential credential = reach.credential();
    output.say(
        credential.name() + " (" + credential.kind() + ", " + credential.environment() + ")");
    output.say(
        "  can delete: "
            + (reach.removes().isEmpty()
                ? "nothing that is known"
                : String.join(", ", reach.removes())));
    reach.takes().forEach(also -> output.say("  with " + also));
    reach.backups().forEach(why -> output.say("  ! its backups too: " + why));
    reach.files().forEach(file -> output.say("  ! lies in " + file));
    output.say(
        reach.tasks().isEmpty()
            ? "  ! no open task needs it"
            : "  needed by: " + String.join(", ", reach.tasks()));
    if (!reach.owned()) {
      output.say("  ! nobody answers for it");
    }
  }

  private static ObjectNode document(Reach reach) {
    Credential credential = reach.credential();
    ObjectNode document =
        Json.mapper()
            .createObjectNode()
            .put("name", credential.name())
            .put("fingerprint", credential.fingerprint())
            .put("kind", credential.kind())
            .put("provider", credential.provider())
            .put("environment", credential.environment())
            .put("owner", credential.owner())
            .put("score", reach.score());
    reach.removes().forEach(document.putArray("removes")::add);
    reach.takes().forEach(document.putArray("takes")::add);
    reach.backups().forEach(document.putArray("backups")::add);
    reach.files().forEach(document.putArray("files")::add);
    reach.tasks().forEach(document.putArray("tasks")::add);
    return document;
  }
}
