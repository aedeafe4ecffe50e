package dev.countermand.containment.postgresql;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The probe that nobody can argue with: the credential itself is used, where it is sealed. */
final class Logins {
  /** The class of SQLSTATE for a refused login: 28000 and, for a wrong password, 28P01. */
  static final String REFUSED = "28";

  private static final String WRONG_PASSWORD = "28P01";

  private final Connections connections;

  Logins(Connections connections) {
    this.connections = connections;
  }

  /**
   * Logs in as the role.
   *
   * @param seen what the catalog said: that it is dead
   */
  Proof probe(Target target, String role, Proof seen) {
    Optional<String> secret = target.secret();
    if (secret.isEmpty()) {
      return seen;
    }
    String database = target.handle().get("database");
    try (Connection connection = connections.as(role, secret.get(), database)) {
      if (target.rung() != Rung.NARROW) {
        return Proof.alive("a login as " + role + " succeeded");
      }
      Proof tried = Reach.tryAs(connection);
      return tried.life() == Proof.Life.DEAD
          ? Proof.dead(seen.seen() + "; " + tried.seen())
          : tried;
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (!state.startsWith(REFUSED)) {
        return Proof.unknown("a login as " + role + " ended with SQLSTATE " + state);
      }
      return target.rung() == Rung.REVOKE && isRight(state, role, database)
          ? Proof.alive("role " + role + " has NOLOGIN, but its password is still the one it had")
          : Proof.dead(seen.seen() + "; a login was refused with SQLSTATE " + state);
    }
  }

  /**
   * Whether a password was the right one, though the login was refused. The server looks at the
   * password before it looks at the role, but says the same where it does not ask for one at all:
   * there a wrong one is not called wrong either.
   */
  private boolean isRight(String state, String role, @Nullable String database) {
    if (state.equals(WRONG_PASSWORD)) {
      return false;
    }
    String wrong = UUID.randomUUID().toString();
    try (Connection connection = connections.as(role, wrong, database)) {
      return true;
    } catch (SQLException e) {
      return WRONG_PASSWORD.equals(e.getSQLState());
    }
  }
}
