package dev.countermand.detectors.understand;

import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the name of an operation says: {@code delete-bucket}, {@code volumeDelete}, {@code
 * BatchDeleteImage}, {@code purge_queue}. The words come from {@code words.yaml}.
 */
final class ActionWords {

  /**
   * The entries of {@code words.yaml}.
   *
   * @param verbs words by what they do
   * @param modifiers words before the verb that do not change it
   * @param containers nouns for a whole container of data or infrastructure
   * @param secrets nouns for what is read as a secret
   * @param grants nouns whose change grants access
   * @param phrases verb and noun, joined by {@code -}, that do more than the verb alone
   * @param synonyms short nouns and what they stand for
   */
  record Words(
      Map<String, List<String>> verbs,
      List<String> modifiers,
      List<String> containers,
      List<String> secrets,
      List<String> grants,
      Map<String, String> phrases,
      Map<String, String> synonyms) {}

  /**
   * What a name says.
   *
   * @param verb never null
   * @param type the noun, words joined by {@code -}, empty when the name has none
   * @param word the word that decided
   */
  record Meaning(Verb verb, String type, String word) {

    boolean removes() {
      return verb == Verb.DELETE || verb == Verb.DESTROY;
    }
  }

  private final Map<String, Verb> verbs = new HashMap<>();
  private final Set<String> modifiers;
  private final Set<String> containers;
  private final Set<String> secrets;
  private final Set<String> grants;
  private final Map<String, Verb> phrases = new HashMap<>();
  private final Map<String, String> synonyms;

  ActionWords(Words words) {
    words
        .verbs()
        .forEach(
            (name, list) -> {
              Verb verb = verb(name);
              list.forEach(word -> verbs.put(word, verb));
            });
    words.phrases().forEach((phrase, verb) -> phrases.put(phrase, verb(verb)));
    modifiers = new HashSet<>(words.modifiers());
    containers = new HashSet<>(words.containers());
    secrets = new HashSet<>(words.secrets());
    grants = new HashSet<>(words.grants());
    synonyms = Map.copyOf(words.synonyms());
  }

  private static Verb verb(String name) {
    return Verb.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The lower-case words of an identifier in any of the usual styles. */
  static List<String> split(String identifier) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < identifier.length() && words.size() < 16; i++) {
      char c = identifier.charAt(i);
      boolean upper = Character.isUpperCase(c);
      boolean startsWord =
          upper
              && i > 0
              && (Character.isLowerCase(identifier.charAt(i - 1))
                  || (i + 1 < identifier.length()
                      && Character.isLowerCase(identifier.charAt(i + 1))));
      if (startsWord || !Character.isLetterOrDigit(c)) {
        flush(word, words);
      }
      if (Character.isLetterOrDigit(c)) {
        word.append(Character.toLowerCase(c));
      }
    }
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  /** What the name of one operation says, or null when no word of it is a known verb. */
  @Nullable Meaning of(String identifier) {
    return of(split(identifier));
  }

  @Nullable Meaning of(List<String> words) {
    int first = 0;
    while (first < words.size() - 1 && modifiers.contains(words.get(first))) {
      first++;
    }
    if (first >= words.size()) {
      return null;
    }
    Verb leading = verbs.get(words.get(first));
    if (leading != null) {
      return meaning(leading, words.get(first), words.subList(first + 1, words.size()));
    }
    int last = words.size() - 1;
    for (int i = last; i > first; i--) {
      Verb verb = verbs.get(words.get(i));
      if (verb != null && (i == last || verb.compareTo(Verb.GRANT) >= 0)) {
        return meaning(verb, words.get(i), words.subList(first, i));
      }
    }
    return null;
  }

  /** What {@code noun .. verb} words of a command line say; null when none is a known verb. */
  @Nullable Meaning ofCommandLine(List<String> words) {
    List<String> nouns = new ArrayList<>();
    for (int i = 0; i < words.size() && i < 5 && plain(words.get(i)); i++) {
      Meaning meaning = of(words.get(i));
      String next = i + 1 < words.size() && plain(words.get(i + 1)) ? words.get(i + 1) : "";
      if (meaning == null || actsAsNoun(meaning, next)) {
        nouns.addAll(split(words.get(i)));
      } else if (!meaning.type().isEmpty()) {
        return meaning;
      } else if (!nouns.isEmpty()) {
        return meaning(verbAsSaid(meaning), meaning.word(), nouns);
      } else {
        return meaning(verbAsSaid(meaning), meaning.word(), split(next));
      }
    }
    return null;
  }

  /** {@code plan create}, {@code logs delete-group}: the verb is the word after it. */
  private boolean actsAsNoun(Meaning meaning, String next) {
    if (next.isEmpty() || meaning.removes()) {
      return false;
    }
    if (!meaning.type().isEmpty() && (next.indexOf('-') >= 0 || of(next) == null)) {
      return false;
    }
    Meaning following = of(next);
    return following != null && split(next).get(0).equals(following.word());
  }

  private Verb verbAsSaid(Meaning meaning) {
    return verbs.getOrDefault(meaning.word(), meaning.verb());
  }

  private static boolean plain(String word) {
    if (word.isEmpty() || word.length() > 60) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (!Character.isLetterOrDigit(c) && c != '-' && c != '_' && c != ':' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private Meaning meaning(Verb verb, String word, List<String> nouns) {
    String type = type(nouns);
    String head = nouns.isEmpty() ? "" : noun(nouns.get(nouns.size() - 1));
    boolean whole = containers.contains(type) || containers.contains(head);
    Verb said = verb;
    Verb phrase = phrases.get(word + "-" + type);
    if (phrase != null) {
      said = phrase;
    } else if (verb == Verb.DELETE && whole) {
      said = Verb.DESTROY;
    } else if (verb == Verb.READ
        && (secrets.contains(head) || secrets.contains(type))
        && !word.equals("list")
        && !word.equals("describe")) {
      said = Verb.READ_SECRET;
    } else if (verb == Verb.WRITE && (grants.contains(head) || grants.contains(type))) {
      said = Verb.GRANT;
    }
    return new Meaning(said, type, word);
  }

  /** The noun in the singular and in full: {@code repository} for {@code repos}. */
  String noun(String word) {
    String singular = singular(word);
    return synonyms.getOrDefault(singular, singular);
  }

  private String type(List<String> nouns) {
    int from = Math.max(0, nouns.size() - 3);
    List<String> tail = new ArrayList<>(nouns.subList(from, nouns.size()));
    if (!tail.isEmpty()) {
      tail.set(tail.size() - 1, noun(tail.get(tail.size() - 1)));
    }
    return String.join("-", tail);
  }

  /** Whether a noun is a whole container of data or infrastructure. */
  boolean container(String noun) {
    List<String> words = split(noun);
    return !words.isEmpty()
        && (containers.contains(type(words))
            || containers.contains(noun(words.get(words.size() - 1))));
  }

  static String singular(String noun) {
    if (noun.endsWith("ies") && noun.length() > 4) {
      return noun.substring(0, noun.length() - 3) + "y";
    }
    if (noun.endsWith("sses") || noun.endsWith("xes") || noun.endsWith("ches")) {
      return noun.substring(0, noun.length() - 2);
    }
    boolean plural = noun.endsWith("s") && !noun.endsWith("ss") && !noun.endsWith("us");
    return plural && noun.length() > 3 ? noun.substring(0, noun.length() - 1) : noun;
  }
}
