package dev.countermand.detectors.understand;

import java.util.List;
import java.util.Locale;

/** Where credentials lie. */
final class Secrets {
  private static final List<String> PLACES =
      List.of(
          ".aws/credentials",
          ".aws/sso/cache",
          ".config/gcloud",
          ".azure/",
          ".kube/config",
          ".docker/config.json",
          ".gnupg",
          ".netrc",
          ".npmrc",
          ".pypirc",
          ".pgpass",
          ".my.cnf",
          ".git-credentials",
          ".config/gh/hosts",
          ".vault-token",
          ".terraform.d/credentials",
          "/etc/shadow",
          "/etc/gshadow",
          "/etc/ssl/private",
          "/proc/self/environ",
          "serviceaccount/token",
          "service-account.json",
          "service_account.json",
          "credentials.json",
          "secrets.yml",
          "secrets.yaml",
          "secrets.json",
          "/etc/kubernetes/admin.conf",
          "library/keychains");

  private Secrets() {}

  /** Whether a path, in lower case, is one where credentials are kept. */
  static boolean path(String lower) {
    String last = lower.substring(lower.lastIndexOf('/') + 1);
    if (last.equals(".env") || last.startsWith(".env.") || last.endsWith(".env")) {
      return !last.endsWith(".example") && !last.endsWith(".sample") && !last.endsWith(".template");
    }
    if (lower.contains(".ssh/") || last.startsWith("id_")) {
      return !last.endsWith(".pub")
          && (last.startsWith("id_") || last.equals("*") || last.endsWith(".pem"));
    }
    if (lower.endsWith(".ssh")) {
      return true;
    }
    if (last.endsWith(".pem")
        || last.endsWith(".p12")
        || last.endsWith(".pfx")
        || (last.endsWith(".key") && !last.endsWith("pub.key"))
        || last.endsWith(".jks")
        || last.endsWith(".kdbx")) {
      return true;
    }
    for (String place : PLACES) {
      if (lower.contains(place)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name, as of a variable or a field, is that of a credential. */
  static boolean name(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.contains("SECRET")
        || upper.contains("TOKEN")
        || upper.contains("PASSWORD")
        || upper.contains("PASSWD")
        || upper.contains("API_KEY")
        || upper.contains("APIKEY")
        || upper.contains("PRIVATE_KEY")
        || upper.contains("ACCESS_KEY")
        || upper.contains("CREDENTIAL");
  }
}
