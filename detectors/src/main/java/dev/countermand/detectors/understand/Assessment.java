package dev.countermand.detectors.understand;

import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Set;

/**
 * What the effects of one action amount to when nothing is known of the agent's task.
 *
 * <p>The gravest row decides. <em>Sure</em> is a confidence of at least {@value #SURE}.
 *
 * <table>
 * <caption>From an effect to severity and verdict</caption>
 * <tr><th>effect</th><th>severity</th><th>verdict</th></tr>
 * <tr><td>sure, irreversible {@code destroy} or {@code delete} in production or an unknown
 *     environment; {@code destroy} of a disk, the system or a home directory anywhere</td>
 *     <td>critical</td><td>deny</td></tr>
 * <tr><td>sure, irreversible {@code destroy} in staging, development or locally</td>
 *     <td>high</td><td>ask</td></tr>
 * <tr><td>sure, irreversible {@code delete} elsewhere</td><td>medium</td><td>ask</td></tr>
 * <tr><td>{@code grant}, {@code read-secret}, {@code send}</td><td>medium, high in production</td>
 *     <td>ask</td></tr>
 * <tr><td>irreversible, but less sure; or reversible and not local; or irreversible
 *     {@code write} or {@code execute}</td><td>medium</td><td>ask</td></tr>
 * <tr><td>{@code write} or {@code execute} that is not local</td><td>low</td><td>ask</td></tr>
 * <tr><td>a removal that can be undone, of what does not come back by itself; what is {@linkplain
 *     #CONFIRMED confirmed}, anywhere but in staging and development</td>
 *     <td>low</td><td>ask</td></tr>
 * <tr><td>any other change</td><td>low</td><td>allow</td></tr>
 * <tr><td>any other {@code read}, or nothing</td><td>none</td><td>allow</td></tr>
 * </table>
 *
 * <p>{@code ask} at {@code low} is what a careful person wants to see first; the gate asks by
 * itself from {@code medium} on.
 *
 * @param destructive whether an effect that is sure removes something that cannot be put back
 * @param verdict an opinion on the action alone; a task scope may narrow or widen it
 * @param severity of the gravest effect
 * @param effects as given
 */
public record Assessment(
    boolean destructive, Decision verdict, Severity severity, List<Effect> effects) {

  /** The least confidence at which an effect counts as certain. */
  public static final double SURE = 0.5;

  private static final Set<String> NEVER =
      Set.of("disk", "system-directory", "home-directory", "root-directory");

  /**
   * What is confirmed though it can be undone, because it reaches beyond the agent's own work:
   * files outside its workspace, the history of a repository, settings that decide where the next
   * command goes, code of strangers, and what an account shows of itself to somebody who looks
   * around (MITRE ATT&CK, Discovery).
   */
  static final Set<String> CONFIRMED =
      Set.of(
          Files.OUTSIDE,
          "agent-instructions",
          "as-root",
          "computed-command",
          "commit-history",
          "tool-setting",
          "foreign-code",
          "remote",
          "cloud-inventory",
          "identity",
          "secret-metadata",
          Files.UNNAMED,
          "monitoring");

  /** What comes back by itself, or by running what made it. */
  private static final Set<String> RENEWED =
      Set.of("build-output", "branch", "cache", "process", "running-service", "temporary-file");

  /** Weighs the effects of one action. */
  public static Assessment of(List<Effect> effects) {
    boolean destructive = false;
    Decision verdict = Decision.ALLOW;
    Severity severity = Severity.NONE;
    for (Effect effect : effects) {
      Severity one = severity(effect);
      severity = severity.or(one);
      verdict = verdict.or(verdict(effect, one));
      destructive |= effect.destructive() && effect.confidence() >= SURE;
    }
    return new Assessment(destructive, verdict, severity, List.copyOf(effects));
  }

  /** How grave one effect is, by the table above. */
  public static Severity severity(Effect effect) {
    String environment = effect.resource().environment();
    boolean sure = effect.confidence() >= SURE;
    boolean near = near(environment);
    boolean grave = environment.equals("production");
    return switch (effect.verb()) {
      case READ -> confirmed(effect) ? Severity.LOW : Severity.NONE;
      case DESTROY, DELETE -> {
        if (effect.reversible()) {
          yield near ? Severity.LOW : Severity.MEDIUM;
        }
        if (!sure) {
          yield Severity.MEDIUM;
        }
        if (!safer(environment)) {
          yield Severity.CRITICAL;
        }
        if (effect.verb() == Verb.DELETE) {
          yield Severity.MEDIUM;
        }
        yield NEVER.contains(effect.resource().type()) ? Severity.CRITICAL : Severity.HIGH;
      }
      case GRANT, READ_SECRET, SEND -> grave ? Severity.HIGH : Severity.MEDIUM;
      case WRITE, EXECUTE -> effect.reversible() ? Severity.LOW : Severity.MEDIUM;
    };
  }

  private static Decision verdict(Effect effect, Severity severity) {
    return switch (severity) {
      case CRITICAL -> Decision.DENY;
      case HIGH, MEDIUM -> Decision.ASK;
      case LOW ->
          near(effect.resource().environment()) && !confirmed(effect) && !lost(effect)
              ? Decision.ALLOW
              : Decision.ASK;
      case NONE -> Decision.ALLOW;
    };
  }

  private static boolean confirmed(Effect effect) {
    String environment = effect.resource().environment();
    boolean spared =
        environment.equals(Environments.DEVELOPMENT) || environment.equals(Environments.STAGING);
    return !spared && CONFIRMED.contains(effect.resource().type());
  }

  private static boolean lost(Effect effect) {
    boolean removal = effect.verb() == Verb.DELETE || effect.verb() == Verb.DESTROY;
    return removal && !RENEWED.contains(effect.resource().type());
  }

  private static boolean near(String environment) {
    return environment.equals(Environments.LOCAL) || environment.equals(Environments.DEVELOPMENT);
  }

  private static boolean safer(String environment) {
    return near(environment) || environment.equals(Environments.STAGING);
  }
}
