package dev.countermand.runtime.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;

/**
 * The console.
 *
 * @param host the address it listens on; {@code 127.0.0.1} by default. It speaks plain HTTP: what
 *     is to be reached from elsewhere stands behind a proxy that speaks TLS
 * @param port the port it listens on; 7078 by default
 * @param names the host names by which browsers may ask for it, beside those of this machine and
 *     {@code host}; none by default
 * @param users who may sign in, by the name that stands in the audit trail; where there are none,
 *     an administrator {@code local} whose token is made
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record ConsoleSettings(String host, int port, List<String> names, Map<String, User> users) {
  private static final int MAX_USERS = 1_000;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}");

  public ConsoleSettings {
    host = Values.or(host, "127.0.0.1");
    port = port == 0 ? 7078 : (int) Values.positive("console.port", port);
    names = names == null ? List.of() : List.copyOf(names);
    users = users == null ? Map.of() : Map.copyOf(users);
    if (port > 65_535) {
      throw new ConfigurationProblem("console.port must be at most 65535");
    }
    if (names.stream().anyMatch(name -> !HOST.matcher(name).matches())) {
      throw new ConfigurationProblem("console.names[] must be host names, without a port");
    }
    if (users.size() > MAX_USERS) {
      throw new ConfigurationProblem("console.users may have " + MAX_USERS + " names");
    }
    users.keySet().forEach(name -> PersonNames.require("console.users.*", name));
  }

  /** The same with other users. */
  public ConsoleSettings with(Map<String, User> others) {
    return new ConsoleSettings(host, port, names, others);
  }

  /** The same on another port. */
  public ConsoleSettings onPort(int other) {
    return new ConsoleSettings(host, other, names, users);
  }

  /**
   * Somebody who may sign in.
   *
   * @param role what they may do; {@code viewer} by default
   * @param token where the token is read from by which they sign in; required
   */
  public record User(Role role, SecretRef token) {
    public User {
      role = Values.or(role, Role.VIEWER);
      Values.required("console.users.*.token", token);
    }
  }

  /** What people may do; each may also do what those before it may. */
  public enum Role {
    /** See everything but the audit trail. */
    VIEWER,
    /** Answer what waits, contain and release. */
    RESPONDER,
    /** See the audit trail. */
    ADMIN;

    /** Whether this role may do what another one may. */
    public boolean includes(Role other) {
      return compareTo(other) >= 0;
    }
  }
}
