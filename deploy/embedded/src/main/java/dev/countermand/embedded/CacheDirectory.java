package dev.countermand.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Where unpacked servers and class archives are kept between runs. */
public final class CacheDirectory {
  private CacheDirectory() {}

  /**
   * The cache of this user: system property {@code countermand.cache}, else environment {@code
   * COUNTERMAND_CACHE}, else {@code /var/cache/countermand} for root (its servers run as another
   * user, who cannot enter /root), else {@code $XDG_CACHE_HOME/countermand}, else {@code
   * ~/.cache/countermand}. The directory may not exist yet.
   */
  public static Path current() {
    return resolve(System.getProperties(), System.getenv(), Account.current().isRoot());
  }

  static Path resolve(Properties properties, Map<String, String> environment, boolean root) {
    String named =
        properties.getProperty(
            "countermand.cache", environment.getOrDefault("COUNTERMAND_CACHE", ""));
    if (!named.isBlank()) {
      return Path.of(named).toAbsolutePath();
    }
    if (root) {
      return Path.of("/var/cache/countermand");
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The XDG base directory specification says that a relative path is to be ignored.
    if (xdg.startsWith("/")) {
      return Path.of(xdg, "countermand");
    }
    return Path.of(properties.getProperty("user.home", "/tmp"), ".cache", "countermand");
  }
}
