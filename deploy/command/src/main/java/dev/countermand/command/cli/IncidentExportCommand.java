package dev.countermand.command.cli;

import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.dashboards.evidence.PublicKeys;
import dev.countermand.dashboards.export.IncidentExport;
import dev.countermand.dashboards.export.IncidentReader;
import dev.countermand.dashboards.export.StixBundle;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An incident as files for others. */
@Command(
    name = "export",
    description =
        "Writes everything that is known of one incident to files: its timeline, what was found and"
            + " done, and the records themselves with proofs that they stood there when a notary"
            + " signed them. Secrets are known by their fingerprints only.")
final class IncidentExportCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Mixin private ConfigOption config = new ConfigOption();

  @Parameters(paramLabel = "INCIDENT", description = "Its id.")
  private String id = "";

  @ArgGroup(exclusive = false, multiplicity = "1")
  private Targets to = new Targets();

  /** Where to; at least one. */
  static final class Targets {
    @Option(
        names = "--json",
        paramLabel = "FILE",
        description = "All of it as one JSON document; verify --proof checks what is in it.")
    private @Nullable Path json;

    @Option(
        names = "--html",
        paramLabel = "FILE",
        description = "One HTML file that needs nothing else, to attach to a ticket.")
    private @Nullable Path html;

    @Option(
        names = "--stix",
        paramLabel = "FILE",
        description = "A STIX 2.1 bundle, for those with whom indicators are shared.")
    private @Nullable Path stix;
  }

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The notary's public key. Default: " + NotaryKey.PUBLIC_FILE + " in the keys directory.")
  private @Nullable Path key;

  @Override
  public Integer call() {
    Configuration settings = config.load();
    Path open = key == null ? settings.keys().resolve(NotaryKey.PUBLIC_FILE) : key;
    boolean proves = key != null || Files.exists(open);
    IncidentExport export =
        new IncidentReader(
                settings.kafka().settings(),
                settings.elasticsearch().namespace(),
                settings.evidence().in(settings.kafka().settings().topics()),
                proves ? PublicKeys.read(open).following(settings.evidenceFiles()) : null,
                LIMIT)
            .read(id, Instant.now())
            .orElseThrow(
                () ->
                    new CountermandException(
                        "INCIDENT_UNKNOWN",
                        "There is no such incident on Kafka, or not any more."));
    if (to.json != null) {
      Output.write(to.json, export.json() + "\n");
    }
    if (to.html != null) {
      Output.write(to.html, export.page());
    }
    if (to.stix != null) {
      Output.write(to.stix, StixBundle.of(export).toPrettyString() + "\n");
    }
    System.err.println(
        export.timeline().size()
            + " entries, "
            + export.proofs().size()
            + " records proved, "
            + export.unproved().size()
            + " not"
            + (proves ? "." : ": there is no public key of a notary at " + open + "."));
    return 0;
  }
}
