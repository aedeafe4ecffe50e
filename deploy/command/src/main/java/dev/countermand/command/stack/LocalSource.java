package dev.countermand.command.stack;

import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

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
    Path token = config.keys().resolve("local-source.token").toAbsolutePath();
    if (Files.notExists(token)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      SecretFile.create(
          token, HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII));
    }
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
                    new SecretRef(token, null),
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
        config.kibana());
  }
}
