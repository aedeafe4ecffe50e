package dev.countermand.containment.railway;

import dev.countermand.containment.Providers;
import dev.countermand.containment.railway.RailwayDouble.Kind;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.DoubleRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A double of Railway with tokens of one kind. */
final class RailwayRig extends DoubleRig {
  private static final String ID = "token-id";

  final RailwayDouble railway;
  private final Kind kind;

  RailwayRig(Path directory, Kind kind) {
    this(directory, kind, new RailwayDouble());
  }

  private RailwayRig(Path directory, Kind kind, RailwayDouble railway) {
    super(railway.server, directory);
    this.railway = railway;
    this.kind = kind;
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create(port, timeout, RailwayDouble.OWN, RailwayDouble.OWN_ID);
  }

  Revoker create(int port, Duration timeout, String token, String ownId) {
    return new RailwayRevokerFactory()
        .create(
            "hosting",
            Providers.of(
                "railway",
                timeout,
                Map.of(
                    "url",
                    "http://127.0.0.1:" + port + "/graphql/v2",
                    "client-id",
                    ownId,
                    "token",
                    secret("token", token))),
            new HttpCaller(timeout));
  }

  /** The same revoker with another token, or told another id of its own. */
  Revoker with(String token, String ownId) {
    return create(server.port(), TIMEOUT, token, ownId);
  }

  @Override
  public boolean changesSomething(String method, String path, String body) {
    return body.contains("mutation");
  }

  @Override
  public Target unknownTarget() {
    return target(freshId());
  }

  Target target(String id) {
    return credentials.target(
        credentials.of("ci", "railway-token", "hosting", handle(id), Credentials.freshSecret()));
  }

  Target withoutSecret() {
    Target target = credentials.withoutSecret("ci", "railway-token", "hosting", handle(freshId()));
    add(target.handle().get(ID), Credentials.freshSecret(), Instant.EPOCH);
    return target;
  }

  private Map<String, String> handle(String id) {
    Map<String, String> handle = new HashMap<>(Map.of(ID, id));
    switch (kind) {
      case PROJECT -> handle.put("project", RailwayDouble.PROJECT);
      case WORKSPACE -> handle.put("workspace", RailwayDouble.WORKSPACE);
      case ACCOUNT -> {}
    }
    return handle;
  }

  void add(String id, String secret, Instant created) {
    railway.tokens.put(id, new RailwayDouble.Token(id, secret, kind, created));
  }

  @Override
  public boolean works(Target target) {
    return railway.tokens.containsKey(word(target, ID));
  }

  @Override
  public void giveBack(Target target) {
    add(word(target, ID), target.secret().orElseThrow(), Instant.EPOCH);
  }
}
