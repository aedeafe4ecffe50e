package dev.countermand.runtime.config;

import dev.countermand.runtime.CountermandException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which people stand in orders, approvals and the audit trail: of {@code --by}, of the
 * console's users and of operators. Plain letters only, so that no two of them look alike, and none
 * that would pass for a part of Countermand.
 */
public final class PersonNames {
  /** What a name must be, for the end of a sentence. */
  static final String CHOICE =
      "must be letters, digits, '.', '_', '@' and '-', at most 100, with a letter or digit at both"
          + " ends";

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,98}[A-Za-z0-9])?");

  private static final Set<String> RESERVED =
      Set.of(
          "approval",
          "collector",
          "console",
          "containment",
          "countermand",
          "drill",
          "edge",
          "gateway",
          "index",
          "learning",
          "none",
          "notary",
          "policy",
          "provider",
          "risk",
          "scoring",
          "sink",
          "system");

  private PersonNames() {}

  /**
   * A name that may stand for a person.
   *
   * @throws CountermandException PERSON_NAME_INVALID or PERSON_NAME_RESERVED
   */
  public static String check(String name) {
    if (!isUsable(name)) {
      throw new CountermandException(
          "PERSON_NAME_INVALID",
          "The name of the person " + CHOICE + ". Say who does this with --by.");
    }
    if (isReserved(name)) {
      throw new CountermandException(
          "PERSON_NAME_RESERVED",
          "The name \""
              + name
              + "\" is one of Countermand's own. Give that of a person with --by.");
    }
    return name;
  }

  /** Whether a name would pass for a part of Countermand, whatever its case. */
  public static boolean isReserved(String name) {
    String word = folded(name);
    return RESERVED.contains(word) || word.startsWith("countermand-");
  }

  /** Whether two names are of one person: spaces around a name and its case make no other. */
  public static boolean isSame(String one, String other) {
    return folded(one).equals(folded(other));
  }

  /** A name as it is compared with others. */
  public static String folded(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /** Whether a name has only characters that it may have. */
  private static boolean isUsable(String name) {
    return NAME.matcher(name).matches();
  }

  /** The same check of a key of the configuration. */
  static void require(String key, String name) {
    if (!isUsable(name)) {
      throw new ConfigurationProblem(key + " " + CHOICE);
    }
    if (isReserved(name)) {
      throw new ConfigurationProblem(
          key + " may not be one of Countermand's own names, such as scoring or containment");
    }
  }
}
