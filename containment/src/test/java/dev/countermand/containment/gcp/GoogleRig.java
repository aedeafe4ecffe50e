package dev.countermand.containment.gcp;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.DoubleRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.runtime.http.HttpCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A double of Google Cloud with agents' service accounts, of one key each. */
final class GoogleRig extends DoubleRig {
  static final String ACCOUNT = "service-account";
  static final String KEY = "key-id";

  final GoogleDouble google;
  private final RevokerFactory factory;

  GoogleRig(RevokerFactory factory, Path directory) {
    this(factory, directory, new GoogleDouble());
  }

  private GoogleRig(RevokerFactory factory, Path directory, GoogleDouble google) {
    super(google.server, directory);
    this.google = google;
    this.factory = factory;
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create(port, timeout, GoogleDouble.file(GoogleDouble.OWN, GoogleDouble.OWN_KEY));
  }

  Revoker create(int port, Duration timeout, String key) {
    return factory.create(
        "cloud",
        Providers.of(
            factory.type(),
            timeout,
            Map.of("url", "http://127.0.0.1:" + port, "client-secret", secret("own.json", key))),
        new HttpCaller(timeout));
  }

  /** A token is got by a call that takes nothing away. */
  @Override
  public boolean changesSomething(String method, String path, String body) {
    return !method.equals("GET") && !path.equals("/token");
  }

  @Override
  public Target unknownTarget() {
    String id = freshId();
    String account = "agent-" + id + "@acme-prod.iam.gserviceaccount.com";
    return target(account, "key" + id);
  }

  Target target(String account, String key) {
    return credentials.target(
        credentials.of(
            "agent",
            "gcp-service-account-key",
            "cloud",
            handle(account, key),
            GoogleDouble.file(account, key)));
  }

  /** One that something else is sealed for than its key, or nothing. */
  Target withSecret(String secret) {
    Target target = freshTarget();
    return secret.isEmpty()
        ? credentials.withoutSecret("agent", "gcp-service-account-key", "cloud", target.handle())
        : credentials.target(
            credentials.of("agent", "gcp-service-account-key", "cloud", target.handle(), secret));
  }

  private Map<String, String> handle(String account, String key) {
    Map<String, String> handle = new HashMap<>(Map.of(ACCOUNT, account));
    if (factory.type().equals("gcp")) {
      handle.put(KEY, key);
    }
    return handle;
  }

  @Override
  public boolean works(Target target) {
    String account = word(target, ACCOUNT);
    return !google.disabled.contains(account)
        && google.keys.values().stream()
            .anyMatch(key -> key.account().equals(account) && !key.isDisabled());
  }

  /** Before it is deleted it may be disabled. */
  @Override
  public void takePart(Target target) {
    if (target.rung() == Rung.REVOKE) {
      add(word(target, KEY), word(target, ACCOUNT), true, Instant.EPOCH);
    }
  }

  @Override
  public void giveBack(Target target) {
    String account = word(target, ACCOUNT);
    google.accounts.add(account);
    google.disabled.remove(account);
    KeyFile file = KeyFile.of(target.secret().orElseThrow()).orElseThrow();
    add(file.id(), account, false, Instant.EPOCH);
  }

  void add(String key, String account, boolean isDisabled, Instant validAfter) {
    google.keys.put(key, new GoogleDouble.Key(account, isDisabled, validAfter));
  }
}
