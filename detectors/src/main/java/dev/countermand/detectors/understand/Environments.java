package dev.countermand.detectors.understand;

import java.util.Locale;
import java.util.Map;

/** Which environment a name speaks of: hosts, contexts, profiles, database URLs, paths. */
final class Environments {
  static final String PRODUCTION = "production";
  static final String STAGING = "staging";
  static final String DEVELOPMENT = "development";
  static final String LOCAL = "local";
  static final String UNKNOWN = "unknown";

  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("prod", PRODUCTION),
          Map.entry("production", PRODUCTION),
          Map.entry("prd", PRODUCTION),
          Map.entry("live", PRODUCTION),
          Map.entry("staging", STAGING),
          Map.entry("stage", STAGING),
          Map.entry("stg", STAGING),
          Map.entry("uat", STAGING),
          Map.entry("preprod", STAGING),
          Map.entry("dev", DEVELOPMENT),
          Map.entry("devel", DEVELOPMENT),
          Map.entry("development", DEVELOPMENT),
          Map.entry("test", DEVELOPMENT),
          Map.entry("testing", DEVELOPMENT),
          Map.entry("sandbox", DEVELOPMENT),
          Map.entry("localhost", LOCAL),
          Map.entry("minikube", LOCAL),
          Map.entry("kind", LOCAL));

  /** Names of providers that hold a word of these by chance. */
  private static final String[] NOT_ENVIRONMENTS = {"dev.azure.com", "devops"};

  private static final String[] LOOPBACKS = {"127.0.0.1", "0.0.0.0", "[::1]", "docker-desktop"};

  private Environments() {}

  /** The gravest environment that the words of a text name; {@link #UNKNOWN} when none does. */
  static String of(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (String name : NOT_ENVIRONMENTS) {
      lower = lower.replace(name, "");
    }
    String found = UNKNOWN;
    int start = 0;
    for (int i = 0; i <= lower.length(); i++) {
      if (i == lower.length() || !Character.isLetter(lower.charAt(i))) {
        if (i > start) {
          boolean device = start > 0 && lower.startsWith("/dev/", start - 1);
          String named = WORDS.get(lower.substring(start, i));
          if (named != null && !device) {
            found = graver(found, named);
          }
        }
        start = i + 1;
      }
    }
    if (found.equals(UNKNOWN)) {
      for (String loopback : LOOPBACKS) {
        int at = lower.indexOf(loopback);
        if (at >= 0 && (at == 0 || !Character.isDigit(lower.charAt(at - 1)))) {
          return LOCAL;
        }
      }
    }
    return found;
  }

  /** The environment the text names, or else the given one. */
  static String of(String text, String otherwise) {
    String named = of(text);
    return named.equals(UNKNOWN) ? otherwise : named;
  }

  private static String graver(String a, String b) {
    return rank(a) >= rank(b) ? a : b;
  }

  private static int rank(String environment) {
    return switch (environment) {
      case PRODUCTION -> 4;
      case STAGING -> 3;
      case DEVELOPMENT -> 2;
      case LOCAL -> 1;
      default -> 0;
    };
  }
}
