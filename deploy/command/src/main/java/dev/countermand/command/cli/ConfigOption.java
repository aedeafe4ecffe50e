package dev.countermand.command.cli;

import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which configuration. */
final class ConfigOption {
  private static final Path DEFAULT = Path.of("countermand.yaml");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "The configuration. Default: $COUNTERMAND_CONFIG, else countermand.yaml in this"
              + " directory, else the defaults.")
  private @Nullable Path file;

  /** The configuration that applies. */
  Configuration load() {
    return path().map(ConfigurationLoader::load).orElseGet(ConfigurationLoader::defaults);
  }

  /** Its file; none where the defaults apply. */
  Optional<Path> path() {
    if (file != null) {
      return Optional.of(file);
    }
    String named = System.getenv("COUNTERMAND_CONFIG");
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    return Optional.of(DEFAULT).filter(path -> Files.exists(path));
  }
}
