package dev.countermand.command.stack;

import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConsoleSettings.Role;
import dev.countermand.runtime.config.ConsoleSettings.User;
import dev.countermand.runtime.config.SecretRef;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** An administrator of the console for whoever runs it, where the configuration names no user. */
public final class LocalUser {
  /** The name that stands in the audit trail. */
  public static final String NAME = "local";

  private LocalUser() {}

  /**
   * The configuration with at least one user of the console: where it names none, {@code local},
   * whose token is made once and kept in the data directory, mode 0600.
   */
  public static Configuration ensure(Configuration config) throws IOException {
    if (!config.console().users().isEmpty()) {
      return config;
    }
    SecretRef token = LocalToken.in(config.keys().resolve("local-console.token"));
    return config.with(config.console().with(Map.of(NAME, new User(Role.ADMIN, token))));
  }

  /** How somebody at this terminal signs in; empty where the configuration names users. */
  public static Optional<SecretRef> token(Configuration config) {
    return Optional.ofNullable(config.console().users().get(NAME))
        .map(User::token)
        .filter(
            token ->
                config.keys().resolve("local-console.token").toAbsolutePath().equals(token.file()));
  }
}
