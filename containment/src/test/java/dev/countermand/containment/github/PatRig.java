package dev.countermand.containment.github;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.util.Map;

/** Fine-grained tokens by their id in an organisation. */
final class PatRig extends GitHubRig {
  private static final String ID = "pat-id";

  PatRig(Path directory) {
    super(new GitHubRevokerFactory(), directory);
  }

  @Override
  public Target unknownTarget() {
    return credentials.target(
        credentials.of(
            "pat",
            "github-pat",
            "code",
            Map.of("org", GitHubDouble.ORG, ID, freshId()),
            "github_pat_" + Credentials.freshSecret()));
  }

  /** Makes the organisation list so many more. */
  void addPats(int count) {
    for (int i = 0; i < count; i++) {
      github.pats.add(String.valueOf(1_000_000 + i));
    }
  }

  @Override
  public boolean works(Target target) {
    return github.pats.contains(id(target));
  }

  @Override
  public void giveBack(Target target) {
    github.pats.add(id(target));
  }

  private static String id(Target target) {
    return word(target, ID);
  }
}
