package dev.countermand.command.stack;

import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.config.SecretRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A source for this machine's agents, where the configuration names none. */
public final class LocalSource {
  private static final String NAME = "local";

  /** Whom the source may report for. */
  public enum Speaks {
    /** For one agent, {@code local-agent}. */
    FOR_ONE_AGENT,
    /** For every agent that a report names. */
    FOR_MANY_AGENTS
  }

  private LocalSource() {}

  /**
   * The configuration with at least one source: where it names none, {@code local}, whose token is
   * made once and kept in the data directory, mode 0600.
   */
  public static Configuration ensure(Configuration config, Speaks speaks) throws IOException {
    if (!config.gateway().sources().isEmpty()) {
      return config;
    }
    SecretRef token = LocalToken.in(file(config));
    GatewaySettings g = config.gateway();
    return new Configuration(
        config.data(),
        config.kafka(),
        new GatewaySettings(
            g.host(),
            g.port(),
            g.verdictDeadline(),
            g.askWait(),
            g.withoutVerdict(),
            g.spool(),
            List.of(
                new GatewaySettings.Source(
                    NAME,
                    token,
                    speaks == Speaks.FOR_ONE_AGENT ? "local-agent" : null,
                    speaks == Speaks.FOR_ONE_AGENT ? "The agent of this machine" : null,
                    null,
                    "development",
                    "hook",
                    true)),
            g.operators(),
            g.seal()),
        config.scoring(),
        config.learning(),
        config.tasks(),
        config.containment(),
        config.risk(),
        config.incidents(),
        config.evidence(),
        config.elasticsearch(),
        config.kibana(),
        config.console());
  }

  /** The token of the source that {@code up} made; empty where it has made none. */
  static Optional<Path> made(Configuration config) {
    return Optional.of(file(config)).filter(Files::exists);
  }

  private static Path file(Configuration config) {
    return config.keys().resolve("local-source.token");
  }
}
