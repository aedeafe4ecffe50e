package dev.countermand.collectors.redact;

import dev.countermand.collectors.redact.Names.NameClass;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Says whether a value can be the secret that its name promises. */
final class Values {

  private static final int MIN_LENGTH = 8;
  private static final int MAX_LENGTH = 8192;
  private static final int SHORT = 10;
  private static final int LONG = 16;
  private static final int CHANCE_LENGTH = 5;
  private static final double RANDOM_ENTROPY = 4.0;
  private static final double MIN_ENTROPY = 3.0;
  private static final double MIN_HEX_ENTROPY = 2.6;

  private final Map<String, Integer> least;
  private final List<String> placeholders;
  private final Set<String> words;

  Values(RuleFile.Vocabulary vocabulary, List<RuleFile.Token> tokens) {
    Map<String, Integer> prefixes = new HashMap<>();
    for (RuleFile.Token token : tokens) {
      if (token.least() > 0) {
        token.anchors().forEach(anchor -> prefixes.put(anchor, token.least()));
      }
    }
    least = Map.copyOf(prefixes);
    placeholders = vocabulary.placeholders();
    words = Set.copyOf(vocabulary.words());
  }

  boolean isSecret(NameClass name, String value, Style style) {
    // The placeholder words come last: most values fail a cheaper test.
    return value.length() <= MAX_LENGTH
        && fits(name, value, style)
        && !isPlaceholder(value)
        && !isCutOff(value);
  }

  private boolean fits(NameClass name, String value, Style style) {
    return switch (name) {
      case NONE -> false;
      case PASSWORD -> isPassword(value, style);
      case SECRET -> value.length() >= MIN_LENGTH && !isReference(value) && isSecretText(value);
      case TOKEN ->
          isIssued(value)
              ? isRandom(value, SHORT)
              : style == Style.QUOTED && isStrong(value) && !isReference(value);
      case API_KEY -> isIssued(value) && isRandom(value, SHORT) && isDrawn(value);
      case KEY -> isIssued(value) && isRandom(value, LONG) && isDrawn(value);
    };
  }

  /** Whether it begins as a known token does and is too short for one. */
  private boolean isCutOff(String value) {
    for (Map.Entry<String, Integer> entry : least.entrySet()) {
      if (value.length() < entry.getValue() && value.startsWith(entry.getKey())) {
        return true;
      }
    }
    return false;
  }

  /** How a value was written. */
  enum Style {
    /** Between quotes: a literal. */
    QUOTED,
    /** Bare: a literal in a configuration, but an expression in code. */
    BARE
  }

  private boolean isPassword(String value, Style style) {
    int min = style == Style.QUOTED ? 6 : MIN_LENGTH;
    if (value.length() < min || isReference(value) || words.contains(lower(value))) {
      return false;
    }
    boolean plainWord =
        value.chars().allMatch(c -> Chars.isLower((char) c) || c == '_' || c == '.');
    if (style == Style.BARE) {
      return !plainWord && (hasDigit(value) || hasSymbol(value) || isMixed(value));
    }
    boolean oneWord = value.indexOf('_') < 0 && value.indexOf('.') < 0;
    return !plainWord || (value.length() >= 10 && oneWord);
  }

  private boolean isSecretText(String value) {
    if (words.contains(lower(value)) || isStructured(value)) {
      return false;
    }
    return isIssued(value) ? isRandom(value, SHORT) : hasDigit(value) && isMixed(value);
  }

  /** Whether a literal with symbols in it is too random to be anything but a token. */
  private static boolean isStrong(String value) {
    return value.length() >= LONG
        && value.chars().noneMatch(c -> c <= ' ' || "?<>(){}\\".indexOf(c) >= 0)
        && isMixedCase(value)
        && Chars.entropy(value) >= 4;
  }

  /** Whether only characters occur that an issuer puts into a token. */
  static boolean isIssued(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!Chars.isBase64(c) && "=.~|:".indexOf(c) < 0) {
        return false;
      }
    }
    return !value.isEmpty() && "=.:|".indexOf(value.charAt(0)) < 0 && !isReference(value);
  }

  /** Whether the value looks drawn at random, and not composed by a person. */
  boolean isRandom(String value, int min) {
    if (value.length() < min || isStructured(value) || hasSequence(value)) {
      return false;
    }
    boolean hex = isHex(value);
    if (Chars.entropy(value)
        < (hex ? MIN_HEX_ENTROPY : value.length() < LONG ? 2.8 : MIN_ENTROPY)) {
      return false;
    }
    boolean letters =
        value.chars().anyMatch(c -> Chars.isLower((char) c) || Chars.isUpper((char) c));
    if (hasDigit(value)) {
      return letters || value.length() >= LONG;
    }
    return value.length() < LONG ? humps(value) >= 4 : humps(value) * 5 >= value.length();
  }

  /**
   * Whether one common alphabet explains the characters. An issuer draws evenly: among many letters
   * of one case a single one of the other case, or a single letter beyond 'f' in long hex, is the
   * mark of a damaged or invented token.
   */
  static boolean isDrawn(String token) {
    if (isUuid(token)) {
      return true;
    }
    String value = body(token);
    int lower = 0;
    int upper = 0;
    int hex = 0;
    int alnum = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      lower += Chars.isLower(c) ? 1 : 0;
      upper += Chars.isUpper(c) ? 1 : 0;
      alnum += Chars.isAlnum(c) ? 1 : 0;
      hex += Chars.hexValue(c) >= 0 ? 1 : 0;
    }
    int rare = Math.min(lower, upper);
    int common = Math.max(lower, upper);
    boolean strayCase = rare > 0 && rare * 8 < common && rare <= 2;
    boolean strayLetter = alnum >= 30 && alnum - hex == 1;
    return !strayCase && !strayLetter;
  }

  /** The longest stretch between separators: without a prefix such as {@code sk_}. */
  private static String body(String token) {
    int best = 0;
    int bestEnd = 0;
    int start = 0;
    for (int i = 0; i <= token.length(); i++) {
      boolean inside = i < token.length() && token.charAt(i) != '_' && token.charAt(i) != '.';
      if (!inside) {
        if (i - start > bestEnd - best) {
          best = start;
          bestEnd = i;
        }
        start = i + 1;
      }
    }
    return token.substring(best, bestEnd);
  }

  /** Whether it is made of words, numbers and separators, as names, versions and paths are. */
  static boolean isStructured(String value) {
    int part = 0;
    int parts = 1;
    int changes = 0;
    char before = '\0';
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!Chars.isAlnum(c)) {
        part = 0;
        changes = 0;
        parts++;
        before = '\0';
        continue;
      }
      part++;
      if (before != '\0' && Chars.isDigit(c) != Chars.isDigit(before)) {
        changes++;
      }
      before = c;
      if ((part > 4 && changes > 1) || part > 16 || (part > 6 && changes > 0)) {
        return false;
      }
    }
    return parts > 1 || (changes == 0 && !hasDigit(value) && humps(value) < 4);
  }

  /** Changes from lower to upper case or back: many in random text, few in names. */
  private static int humps(String value) {
    int humps = 0;
    for (int i = 1; i < value.length(); i++) {
      char a = value.charAt(i - 1);
      char b = value.charAt(i);
      if ((Chars.isLower(a) && Chars.isUpper(b)) || (Chars.isUpper(a) && Chars.isLower(b))) {
        humps++;
      }
    }
    return humps;
  }

  /** Whether it stands for a value that is elsewhere: a variable, a call, a path, a URL. */
  static boolean isReference(String value) {
    char first = value.isEmpty() ? '\0' : value.charAt(0);
    boolean variable = first == '%' && value.endsWith("%") && value.length() > 2;
    if (first == '$' || first == '/' || variable) {
      return true;
    }
    return isQuery(value)
        || value.contains("://")
        || value.contains("$(")
        || value.contains("${")
        || value.contains("{{")
        || value.startsWith("ENC[")
        || value.startsWith("./")
        || value.startsWith("~/")
        || value.startsWith("../")
        || hasFileEnding(value);
  }

  /** {@code st=2025-03-04}: a parameter with its own name. */
  private static boolean isQuery(String value) {
    int equals = value.indexOf('=');
    return equals > 0
        && equals <= 4
        && equals < value.length() - 2
        && value.chars().limit(equals).allMatch(c -> Chars.isLower((char) c));
  }

  private static boolean hasFileEnding(String value) {
    int dot = value.lastIndexOf('.');
    if (dot < 0 || value.length() - dot > 6) {
      return false;
    }
    return switch (lower(value.substring(dot + 1))) {
      case "pem",
          "key",
          "crt",
          "cer",
          "p12",
          "pfx",
          "jks",
          "json",
          "yaml",
          "yml",
          "txt",
          "env",
          "keytab",
          "html",
          "png",
          "jpg",
          "js",
          "ts",
          "py",
          "sh",
          "md",
          "xml",
          "com",
          "net",
          "org",
          "io" ->
          true;
      default -> false;
    };
  }

  boolean isPlaceholder(String value) {
    return value.startsWith("<")
        || value.startsWith("[[redaction-failed:")
        || isExample(value)
        || distinct(value) < 5
        || hasRepetition(lower(value));
  }

  /** Whether a word in it says that it is an example. */
  boolean isExample(String value) {
    String folded = lower(value);
    return placeholders.stream().anyMatch(folded::contains);
  }

  /**
   * The same of a token that its own shape gives away. In some ten thousand such tokens one holds a
   * short word by chance; where the rest is random, it says nothing.
   */
  boolean isExampleToken(String token) {
    String folded = lower(token);
    boolean random = Chars.entropy(token) >= RANDOM_ENTROPY;
    return placeholders.stream()
        .anyMatch(word -> (!random || word.length() > CHANCE_LENGTH) && folded.contains(word));
  }

  /** Eight equal characters in a row, or mostly 'x', '*', '.' and '-': a blank to fill in. */
  private static boolean hasRepetition(String value) {
    int run = 1;
    int blanks = 0;
    for (int i = 0; i < value.length(); i++) {
      run = i > 0 && value.charAt(i) == value.charAt(i - 1) ? run + 1 : 1;
      if (run >= 8) {
        return true;
      }
      if ("x*.-_#".indexOf(value.charAt(i)) >= 0) {
        blanks++;
      }
    }
    return blanks * 10 >= value.length() * 7;
  }

  /** Ten characters in a row that count up: an alphabet, not a secret. */
  private static boolean hasSequence(String value) {
    int run = 1;
    for (int i = 1; i < value.length(); i++) {
      run = value.charAt(i) - value.charAt(i - 1) == 1 ? run + 1 : 1;
      if (run >= 14) {
        return true;
      }
    }
    return false;
  }

  private static int distinct(String value) {
    return (int) value.chars().limit(200).distinct().count();
  }

  static boolean isHex(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Chars.hexValue(c) < 0 && c != '-') {
        return false;
      }
    }
    return true;
  }

  static boolean isUuid(String value) {
    if (value.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      char c = value.charAt(i);
      if (hyphen ? c != '-' : !Chars.isAlnum(c)) {
        return false;
      }
    }
    return true;
  }

  static boolean hasDigit(String value) {
    return value.chars().anyMatch(c -> Chars.isDigit((char) c));
  }

  static boolean hasSymbol(String value) {
    return value.chars().anyMatch(c -> !Chars.isAlnum((char) c) && "_.-/,:".indexOf(c) < 0);
  }

  private static boolean isMixed(String value) {
    return value.chars().anyMatch(c -> Chars.isLower((char) c))
        && value.chars().anyMatch(c -> Chars.isUpper((char) c) || !Chars.isAlnum((char) c));
  }

  static boolean isMixedCase(String value) {
    return hasDigit(value)
        && value.substring(2).chars().anyMatch(c -> Chars.isLower((char) c))
        && value.chars().anyMatch(c -> Chars.isUpper((char) c));
  }

  private static String lower(String value) {
    return value.toLowerCase(Locale.ROOT);
  }
}
