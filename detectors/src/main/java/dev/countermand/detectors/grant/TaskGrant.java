package dev.countermand.detectors.grant;

import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The built-in policy: an effect is granted when the task names its verb, its environment and a
 * glob that matches {@code type:id} of its resource; a credential, when the task names its
 * fingerprint or, if it is registered, its name. Without a task nothing is granted.
 *
 * <p>A path with a {@code ..} step is granted by the glob {@code *} only, because it may leave the
 * place the glob names.
 */
public final class TaskGrant implements GrantPolicy {

  /** The one instance; it has no state. */
  public static final TaskGrant BUILT_IN = new TaskGrant();

  private static final String ALL = "*";

  private TaskGrant() {}

  @Override
  public GrantDecision decide(GrantRequest request) {
    Task task = request.task();
    if (task == null || !task.grantsAt(request.time())) {
      return new GrantDecision(false, "nothing is granted without a task");
    }
    Effect effect = request.effect();
    boolean permitted =
        effect != null
            ? covers(task, effect)
            : names(task.credentials(), request.fingerprint(), request.credential());
    return new GrantDecision(permitted, "grant of " + task.id());
  }

  private static boolean covers(Task task, Effect effect) {
    return task.verbs().contains(effect.verb())
        && environment(task.environments(), effect.resource().environment())
        && resource(task.resources(), effect.resource());
  }

  /** Whether a list of environments has one; {@code *} stands for all. */
  static boolean environment(List<String> environments, String environment) {
    return environments.contains(ALL) || environments.contains(environment);
  }

  /** Whether one of the globs stands for a resource. */
  static boolean resource(List<String> globs, Resource resource) {
    return globs.stream().anyMatch(glob -> matches(glob, resource));
  }

  /** The globs of a task that stand for a resource, for a policy that cannot match them itself. */
  public static List<String> matched(Task task, Resource resource) {
    return task.resources().stream().filter(glob -> matches(glob, resource)).toList();
  }

  /**
   * Whether a list names a credential by its fingerprint, by the name it is registered with, or by
   * its fingerprint under an earlier key.
   */
  static boolean names(
      List<String> list, @Nullable String fingerprint, @Nullable Credential registered) {
    return (fingerprint != null && list.contains(fingerprint))
        || (registered != null
            && (list.contains(registered.name())
                || registered.previous().stream().anyMatch(list::contains)));
  }

  private static boolean matches(String glob, Resource resource) {
    if (glob.equals(ALL)) {
      return true;
    }
    return !climbs(resource.id()) && Globs.match(glob, resource.type() + ":" + resource.id());
  }

  private static boolean climbs(String id) {
    return id.equals("..") || id.startsWith("../") || id.endsWith("/..") || id.contains("/../");
  }
}
