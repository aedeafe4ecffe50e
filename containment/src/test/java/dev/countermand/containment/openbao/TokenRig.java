package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Tokens, registered by their accessor and sealed. */
final class TokenRig extends VaultRig {
  TokenRig(Path directory) {
    super(directory, new VaultRevokerFactory(), "revoker");
  }

  @Override
  public Target freshTarget() {
    String secret = Credentials.freshSecret();
    return target(Map.of("accessor", make(secret).path("accessor").asText()), secret);
  }

  @Override
  public Target unknownTarget() {
    return target(Map.of("accessor", "nobody"), Credentials.freshSecret());
  }

  @Override
  public boolean works(Target target) {
    return server.letsIn(target.secret().orElseThrow());
  }

  @Override
  public Object description(Target target) {
    String body = "{'accessor':'" + target.handle().get("accessor") + "'}";
    JsonNode token = server.ok("POST", "auth/token/lookup-accessor", body).path("data");
    return List.of(token.path("policies"), token.path("expire_time"), token.path("meta"));
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  /** The same token with another accessor. */
  @Override
  public void giveBack(Target target) {
    JsonNode unused = make(target.secret().orElseThrow());
  }

  private JsonNode make(String secret) {
    return server.token("{'id':'" + secret + "','policies':['default'],'ttl':'1h'}");
  }
}
