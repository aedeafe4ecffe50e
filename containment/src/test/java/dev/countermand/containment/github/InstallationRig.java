package dev.countermand.containment.github;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.nio.file.Path;
import java.util.Map;

/** Installations of an app. */
final class InstallationRig extends GitHubRig {
  private static final String ID = "installation-id";

  InstallationRig(Path directory) {
    super(new GitHubAppRevokerFactory(), directory);
  }

  @Override
  public Target unknownTarget() {
    return credentials.target(
        credentials.of(
            "app",
            "github-installation",
            "code",
            Map.of(ID, freshId()),
            "ghs_" + Credentials.freshSecret()));
  }

  @Override
  public boolean works(Target target) {
    return github.installations.containsKey(id(target)) && !github.suspended.contains(id(target));
  }

  /** Before it is removed it may be suspended. */
  @Override
  public void takePart(Target target) {
    if (target.rung() == Rung.REVOKE) {
      suspend(target);
    }
  }

  @Override
  public void giveBack(Target target) {
    github.installations.put(id(target), target.secret().orElseThrow());
    github.suspended.remove(id(target));
  }

  void suspend(Target target) {
    github.suspended.add(id(target));
  }

  private static String id(Target target) {
    return word(target, ID);
  }
}
