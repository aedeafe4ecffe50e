package dev.countermand.containment.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user of a Redis server may do, as {@code ACL GETUSER} tells it. Of its passwords only the
 * number is kept: what Redis tells of them are plain SHA-256 sums, which can be guessed.
 *
 * @param isOn whether it can log in
 * @param takesAnyPassword whether it logs in with whatever password
 * @param passwords how many it has
 * @param selectors what it may do; the first stands for itself, each other one for a way more
 */
record UserRules(boolean isOn, boolean takesAnyPassword, int passwords, List<Selector> selectors) {

  /** What takes away every change: what writes, what manages, scripts, and words to others. */
  private static final List<String> NARROWER =
      List.of("-@write", "-@dangerous", "-@admin", "-@scripting", "-publish", "-spublish");

  /**
   * Commands on keys and channels, each in the words of {@code ACL SETUSER}, joined by spaces.
   *
   * @param commands begins with {@code +@all} or {@code -@all}
   */
  record Selector(String keys, String channels, String commands) {
    List<String> words(List<String> more) {
      List<String> words = new ArrayList<>();
      words.add("resetkeys");
      words.addAll(split(keys));
      words.add("resetchannels");
      words.addAll(split(channels));
      words.addAll(split(commands));
      words.addAll(more);
      return words;
    }
  }

  UserRules {
    selectors = List.copyOf(selectors);
  }

  /** From the answer to {@code ACL GETUSER}, its bytes made text. */
  static UserRules of(List<?> answer) {
    Map<String, Object> fields = fields(answer);
    List<?> flags = list(fields.get("flags"));
    List<Selector> selectors = new ArrayList<>();
    selectors.add(selector(fields));
    list(fields.get("selectors")).forEach(more -> selectors.add(selector(fields(list(more)))));
    return new UserRules(
        flags.contains("on"),
        flags.contains("nopass"),
        list(fields.get("passwords")).size(),
        selectors);
  }

  boolean hasPassword() {
    return takesAnyPassword || passwords > 0;
  }

  /** The arguments of {@code ACL SETUSER} that make exactly these rights, and no others. */
  List<String> asTheyAre() {
    return arguments(List.of());
  }

  /** The same without everything that changes something. */
  List<String> narrowed() {
    return arguments(NARROWER);
  }

  private List<String> arguments(List<String> more) {
    List<String> arguments = new ArrayList<>(selectors.get(0).words(more));
    arguments.add("clearselectors");
    selectors.stream()
        .skip(1)
        .map(selector -> "(" + String.join(" ", selector.words(more)) + ")")
        .forEach(arguments::add);
    return arguments;
  }

  private static Selector selector(Map<String, Object> fields) {
    return new Selector(
        text(fields.get("keys")), text(fields.get("channels")), text(fields.get("commands")));
  }

  private static Map<String, Object> fields(List<?> pairs) {
    Map<String, Object> fields = new HashMap<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      fields.put(String.valueOf(pairs.get(i)), pairs.get(i + 1));
    }
    return fields;
  }

  private static List<?> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new UnreadableRules();
  }

  // Redis before 7 answers a list, and does not tell selectors.
  private static String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new UnreadableRules();
  }

  private static List<String> split(String words) {
    return words.isEmpty() ? List.of() : List.of(words.split(" ", -1));
  }

  /** The server answers in a form of before Redis 7, or in none that is known. */
  static final class UnreadableRules extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
