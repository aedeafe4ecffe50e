package dev.countermand.detectors.blastradius;

import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.Credential;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each registered credential could destroy, as its capabilities say ({@code verb:type}), and
 * what speaks against it: that it can delete the backups of what it can delete, lies in a file,
 * belongs to nobody, or is needed by no task. Pure.
 *
 * @param credentials the gravest first
 */
public record BlastRadius(List<Reach> credentials) {
  private static final Set<String> REMOVES = Set.of("destroy", "delete", "*");
  private static final Set<String> BACKUPS =
      Set.of("backup", "snapshot", "db-snapshot", "recovery-point", "backup-vault", "*");

  /**
   * How far one credential reaches.
   *
   * @param credential as registered
   * @param removes the types of what it can delete or destroy; {@code *} is everything
   * @param takes what goes with these, as far as is known of the types
   * @param backups why it can delete the backups of what it can delete; empty when it cannot
   * @param files where its secret lies, {@code file:line}
   * @param tasks the open tasks that were given it
   * @param owned whether somebody answers for it
   * @param score how grave it is: 0 harmless, the more the worse. An order, no measure
   */
  public record Reach(
      Credential credential,
      List<String> removes,
      List<String> takes,
      List<String> backups,
      List<String> files,
      List<String> tasks,
      boolean owned,
      int score) {}

  /** Lists are copied. */
  public BlastRadius {
    credentials = List.copyOf(credentials);
  }

  /**
   * The blast radius of a registry.
   *
   * @param credentials all that are registered
   * @param tasks the last task of each agent
   * @param now when it is asked
   * @param files by fingerprint, where the secret of a credential lies
   */
  public static BlastRadius of(
      List<Credential> credentials,
      List<Task> tasks,
      Instant now,
      Map<String, List<String>> files) {
    List<Reach> all = new ArrayList<>();
    for (Credential credential : credentials) {
      List<String> open =
          tasks.stream()
              .filter(task -> task.status() == TaskStatus.OPEN && task.grantsAt(now))
              .filter(task -> task.credentials().contains(credential.fingerprint()))
              .map(Task::id)
              .sorted()
              .toList();
      all.add(reach(credential, open, files.getOrDefault(credential.fingerprint(), List.of())));
    }
    all.sort(
        Comparator.comparingInt(Reach::score)
            .reversed()
            .thenComparing(reach -> reach.credential().name()));
    return new BlastRadius(all);
  }

  private static Reach reach(Credential credential, List<String> tasks, List<String> files) {
    List<String> removes = new ArrayList<>();
    List<String> takes = new ArrayList<>();
    for (String capability : credential.capabilities()) {
      int colon = capability.indexOf(':');
      String verb = colon < 0 ? capability : capability.substring(0, colon);
      String type = colon < 0 ? "*" : capability.substring(colon + 1);
      if (REMOVES.contains(verb) && !removes.contains(type)) {
        removes.add(type);
        for (String also : Understanding.standard().takes(type)) {
          takes.add(type + ": " + also);
        }
      }
    }
    List<String> backups = backups(removes, takes);
    boolean production =
        !Set.of("staging", "development", "local", "test").contains(credential.environment());
    int score =
        removes.size()
            * (production ? 4 : 1)
            * (backups.isEmpty() ? 1 : 2)
            * (files.isEmpty() ? 1 : 2)
            * (tasks.isEmpty() ? 2 : 1);
    return new Reach(
        credential,
        List.copyOf(removes),
        List.copyOf(takes),
        backups,
        List.copyOf(files),
        tasks,
        credential.owner() != null,
        score);
  }

  /** Either it may delete backups as such, or what it deletes takes its backups along. */
  private static List<String> backups(List<String> removes, List<String> takes) {
    List<String> reasons = new ArrayList<>();
    for (String type : removes) {
      if (BACKUPS.contains(type) && (removes.size() > 1 || type.equals("*"))) {
        reasons.add("it may delete " + (type.equals("*") ? "everything" : type + "s"));
      }
    }
    for (String also : takes) {
      if (also.contains("backup") || also.contains("snapshot")) {
        reasons.add(also);
      }
    }
    return List.copyOf(reasons);
  }
}
