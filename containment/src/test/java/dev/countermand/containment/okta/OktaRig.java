package dev.countermand.containment.okta;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.DoubleRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A double of Okta with credentials of one kind. */
abstract class OktaRig extends DoubleRig {
  final OktaDouble okta;
  private final RevokerFactory factory;
  private final String word;

  /** With the word that names a credential in its handle. */
  OktaRig(RevokerFactory factory, String word, Path directory) {
    this(factory, word, directory, new OktaDouble());
  }

  private OktaRig(RevokerFactory factory, String word, Path directory, OktaDouble okta) {
    super(okta.server, directory);
    this.okta = okta;
    this.factory = factory;
    this.word = word;
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return factory.create(
        "people",
        Providers.of(
            factory.type(),
            timeout,
            Map.of("url", "http://127.0.0.1:" + port, "token", secret("token", OktaDouble.OWN))),
        new HttpCaller(timeout));
  }

  /** To introspect a token is to look. */
  @Override
  public boolean changesSomething(String method, String path, String body) {
    return !method.equals("GET") && !path.endsWith("/introspect");
  }

  @Override
  public Target unknownTarget() {
    return target("00x" + freshId());
  }

  /** One of an id. */
  Target target(String id) {
    return credentials.target(
        credentials.of("it", "okta", "people", Map.of(word, id), Credentials.freshSecret()));
  }

  String id(Target target) {
    return word(target, word);
  }
}
