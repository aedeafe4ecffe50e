package dev.countermand.collectors.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Says from a name alone (of a variable, field, flag, header or element) what its value would be.
 * The name is cut into words, and the last one that means anything decides: {@code TOKEN_URL} is no
 * token.
 */
final class Names {

  /** What a name promises about its value. */
  enum NameClass {
    NONE,
    KEY,
    API_KEY,
    TOKEN,
    SECRET,
    PASSWORD
  }

  private static final int MAX_NAME = 80;

  private final Set<String> password;
  private final Set<String> secret;
  private final Set<String> apiKey;
  private final Set<String> token;
  private final Set<String> key;
  private final List<String> endings;
  private final Set<String> notSecret;
  private final Set<String> publicKeys;
  private final Set<String> publicTokens;
  private final Set<String> notKeys;
  private final Set<String> neutral;

  Names(RuleFile.Vocabulary words) {
    password = Set.copyOf(words.password());
    secret = Set.copyOf(words.secret());
    apiKey = Set.copyOf(words.apiKey());
    token = Set.copyOf(words.token());
    key = Set.copyOf(words.key());
    endings = words.endings();
    notSecret = Set.copyOf(words.notSecret());
    publicKeys = Set.copyOf(words.publicKeys());
    publicTokens = Set.copyOf(words.publicTokens());
    notKeys = Set.copyOf(words.notKeys());
    neutral = Set.copyOf(words.neutral());
  }

  NameClass classify(String name) {
    if (name.length() > MAX_NAME) {
      return NameClass.NONE;
    }
    List<String> words = words(name);
    if (words.contains("fake") || words.contains("dummy") || words.contains("bad")) {
      return NameClass.NONE;
    }
    for (int i = words.size() - 1; i >= 0; i--) {
      String word = words.get(i);
      NameClass found = wordClass(word);
      if (found == NameClass.KEY && i > 0) {
        found = keyOf(words.get(i - 1));
      } else if (found == NameClass.TOKEN && i > 0 && publicTokens.contains(words.get(i - 1))) {
        return NameClass.NONE;
      }
      if (found != NameClass.NONE) {
        return found;
      }
      if (notSecret.contains(word) || !(neutral.contains(word) || word.length() == 1)) {
        return NameClass.NONE;
      }
    }
    return NameClass.NONE;
  }

  /** What "key" means after another word. */
  private NameClass keyOf(String before) {
    if (publicKeys.contains(before)) {
      return NameClass.NONE;
    }
    NameClass other = wordClass(before);
    boolean issued =
        before.equals("api")
            || before.equals("access")
            || before.equals("auth")
            || before.endsWith("api");
    if (before.equals("private") || other == NameClass.SECRET) {
      return NameClass.SECRET;
    }
    return issued || other == NameClass.TOKEN ? NameClass.API_KEY : NameClass.KEY;
  }

  private NameClass wordClass(String word) {
    NameClass exact = dictionary(word);
    if (exact != NameClass.NONE || neutral.contains(word)) {
      return exact;
    }
    for (String ending : endings) {
      if (word.endsWith(ending) && word.length() > ending.length() && !notKeys.contains(word)) {
        return dictionary(ending);
      }
    }
    return NameClass.NONE;
  }

  private NameClass dictionary(String word) {
    if (password.contains(word)) {
      return NameClass.PASSWORD;
    }
    if (secret.contains(word)) {
      return NameClass.SECRET;
    }
    if (apiKey.contains(word)) {
      return NameClass.API_KEY;
    }
    if (token.contains(word)) {
      return NameClass.TOKEN;
    }
    return key.contains(word) ? NameClass.KEY : NameClass.NONE;
  }

  /** Cuts at separators and at camel case, drops digits at the end of a word, lower-cases. */
  static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      boolean cut =
          i == name.length()
              || !Chars.isAlnum(name.charAt(i))
              || (i > start && Chars.isUpper(name.charAt(i)) && isHump(name, i));
      if (cut) {
        add(words, name, start, i);
        start = i < name.length() && !Chars.isAlnum(name.charAt(i)) ? i + 1 : i;
      }
    }
    return words;
  }

  private static boolean isHump(String name, int i) {
    char before = name.charAt(i - 1);
    boolean nextIsLower = i + 1 < name.length() && Chars.isLower(name.charAt(i + 1));
    return Chars.isLower(before) || (Chars.isUpper(before) && nextIsLower);
  }

  private static void add(List<String> words, String name, int from, int to) {
    int end = to;
    while (end > from && Chars.isDigit(name.charAt(end - 1))) {
      end--;
    }
    if (end > from) {
      words.add(name.substring(from, end).toLowerCase(Locale.ROOT));
    }
  }
}
