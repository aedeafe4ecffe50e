package dev.countermand.detectors;

import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Task;
import dev.countermand.model.Wire;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an agent may do at one instant: the grant of its open task, or nothing. Immutable.
 *
 * <p>An effect is granted when the task names its verb, its environment and a glob that matches
 * {@code type:id} of its resource. In a glob {@code *} stands for any text, {@code /} included. A
 * path with a {@code ..} step is granted by the glob {@code *} only, because it may leave the place
 * the glob names.
 */
public final class Scope {
  private static final String ALL = "*";
  private static final int MAX_DESCRIPTION = 300;

  private final @Nullable Task task;

  private Scope(@Nullable Task task) {
    this.task = task;
  }

  /** The scope at an instant of the task that an agent has, or of none. */
  public static Scope at(Instant instant, @Nullable Task task) {
    return new Scope(task != null && task.grantsAt(instant) ? task : null);
  }

  /** The open task. */
  public Optional<Task> task() {
    return Optional.ofNullable(task);
  }

  /** The id of the open task, or null. */
  public @Nullable String taskId() {
    return task == null ? null : task.id();
  }

  /** Whether the open task allows an effect. */
  public boolean grants(Effect effect) {
    return task != null
        && task.verbs().contains(effect.verb())
        && grantsEnvironment(task.environments(), effect.resource().environment())
        && task.resources().stream().anyMatch(glob -> matches(glob, effect.resource()));
  }

  /** Whether the open task was given a credential. */
  public boolean grantsCredential(String fingerprint) {
    return task != null && task.credentials().contains(fingerprint);
  }

  /** The grant in one line of at most 300 characters, for the evidence of a finding. */
  public String description() {
    if (task == null) {
      return "no task is open for this agent";
    }
    String verbs = task.verbs().stream().map(Wire::wireName).collect(Collectors.joining(", "));
    return Text.line(
        "task "
            + task.id()
            + " grants "
            + orNothing(verbs)
            + " on "
            + orNothing(String.join(", ", task.resources()))
            + " in "
            + orNothing(String.join(", ", task.environments()))
            + " with "
            + task.credentials().size()
            + " credential(s)",
        MAX_DESCRIPTION);
  }

  private static String orNothing(String list) {
    return list.isEmpty() ? "nothing" : list;
  }

  private static boolean grantsEnvironment(List<String> environments, String environment) {
    return environments.contains(ALL) || environments.contains(environment);
  }

  private static boolean matches(String glob, Resource resource) {
    if (glob.equals(ALL)) {
      return true;
    }
    return !climbs(resource.id()) && globMatches(glob, resource.type() + ":" + resource.id());
  }

  private static boolean climbs(String id) {
    return id.equals("..") || id.startsWith("../") || id.endsWith("/..") || id.contains("/../");
  }

  /** Whether a glob matches a whole text, in time proportional to the product of the lengths. */
  static boolean globMatches(String glob, String text) {
    int g = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = t;
      } else if (g < glob.length() && glob.charAt(g) == text.charAt(t)) {
        g++;
        t++;
      } else if (star >= 0) {
        g = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }
}
