package dev.countermand.containment.github;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.util.Map;

/** Tokens that are sealed. */
final class TokenRig extends GitHubRig {

  TokenRig(Path directory) {
    super(new GitHubRevokerFactory(), directory);
  }

  Target freshToken(String prefix) {
    Target target = token(prefix);
    giveBack(target);
    return target;
  }

  Target token(String prefix) {
    return credentials.target(
        credentials.of(
            "token", "github-pat", "code", Map.of(), prefix + Credentials.freshSecret()));
  }

  @Override
  public Target unknownTarget() {
    return token("ghp_");
  }

  @Override
  public boolean works(Target target) {
    return github.tokens.contains(target.secret().orElseThrow());
  }

  @Override
  public void giveBack(Target target) {
    github.tokens.add(target.secret().orElseThrow());
  }
}
