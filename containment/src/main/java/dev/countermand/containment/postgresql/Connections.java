package dev.countermand.containment.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to one server, each with deadlines on both ends. Thread-safe. */
final class Connections {
  private final String url;
  private final String user;
  private final String password;
  private final Duration timeout;

  Connections(String url, String user, String password, Duration timeout) {
    this.url = url;
    this.user = user;
    this.password = password;
    this.timeout = timeout;
  }

  /** The longest that one statement may take. */
  Duration timeout() {
    return timeout;
  }

  /** A connection of the revoker's own role. */
  Connection own() throws SQLException {
    return own(null);
  }

  /** A connection of the revoker's own role, to the database given or to that of the url. */
  Connection own(@Nullable String database) throws SQLException {
    return open(user, password, database);
  }

  /** A connection of another role, to the database given or to that of the configuration. */
  Connection as(String role, String secret, @Nullable String database) throws SQLException {
    return open(role, secret, database);
  }

  private Connection open(String role, String secret, @Nullable String database)
      throws SQLException {
    int seconds = Math.toIntExact(Math.max(1, (timeout.toMillis() + 999) / 1_000));
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(url);
    if (database != null) {
      source.setDatabaseName(database);
    }
    source.setUser(role);
    source.setPassword(secret);
    source.setApplicationName("countermand-containment");
    source.setConnectTimeout(seconds);
    source.setLoginTimeout(seconds);
    source.setSocketTimeout(seconds);
    // A statement whose caller has given up must not take effect much later.
    source.setOptions("-c statement_timeout=" + timeout.toMillis());
    return source.getConnection();
  }
}
