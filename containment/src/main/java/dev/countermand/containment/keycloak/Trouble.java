package dev.countermand.containment.keycloak;

import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is thrown when a realm does not do what it is asked, by what it was asked for. */
interface Trouble {
  /** Somebody has to change something. */
  RuntimeException lasting(String why);

  /**
   * Trying again may help.
   *
   * @param after the pause that the server asked for
   */
  RuntimeException passing(String why, @Nullable Duration after);

  /** A sentence about the rights that are needed. */
  String rights();

  /** DISCOVERY_FAILED, whether or not it may pass. */
  static Trouble ofDiscovery(String provider) {
    return new Trouble() {
      @Override
      public RuntimeException lasting(String why) {
        return new CountermandException(
            "DISCOVERY_FAILED",
            "The clients of the provider \"" + provider + "\" cannot be listed: " + why);
      }

      @Override
      public RuntimeException passing(String why, @Nullable Duration after) {
        return lasting(why);
      }

      @Override
      public String rights() {
        return "Check that the service account of client-id has the roles view-clients and"
            + " view-users of realm-management.";
      }
    };
  }

  /** A {@link RevokerException}. */
  static Trouble ofRevocation(String provider) {
    return new Trouble() {
      @Override
      public RuntimeException lasting(String why) {
        return RevokerException.fatal(said(why));
      }

      @Override
      public RuntimeException passing(String why, @Nullable Duration after) {
        return after == null
            ? RevokerException.retryable(said(why))
            : RevokerException.retryable(said(why), after);
      }

      @Override
      public String rights() {
        return "Check that the service account of client-id has the roles manage-clients and"
            + " manage-users of realm-management.";
      }

      private String said(String why) {
        return "Provider " + provider + " did not do it: " + why;
      }
    };
  }
}
