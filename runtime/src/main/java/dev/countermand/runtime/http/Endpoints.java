package dev.countermand.runtime.http;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which addresses may be given to {@link HttpCaller}. */
public final class Endpoints {
  private Endpoints() {}

  /**
   * Whether what travels to an address can be read or changed by nobody on the way: https, or http
   * on this machine, without a user in it.
   */
  public static boolean isPrivate(URI uri) {
    String host = uri.getHost();
    boolean isHttps = "https".equalsIgnoreCase(uri.getScheme());
    boolean isLocal = "http".equalsIgnoreCase(uri.getScheme()) && isLoopback(host);
    return host != null && uri.getUserInfo() == null && (isHttps || isLocal);
  }

  // By spelling, without asking DNS: a name that resolves to loopback today may not tomorrow.
  private static boolean isLoopback(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.equals("[::1]") || isLoopbackAddress(name);
  }

  private static boolean isLoopbackAddress(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Character::isDigit)) {
        return false;
      }
    }
    return true;
  }
}
