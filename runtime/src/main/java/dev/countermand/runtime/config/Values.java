package dev.countermand.runtime.config;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the constructors of settings do with the values of keys. */
final class Values {
  static final String KIND_CHOICE = "must be lower-case letters, digits and -, at most 64";
  private static final Pattern KIND = Pattern.compile("[a-z0-9-]{1,64}");

  private Values() {}

  static boolean isKind(@Nullable String word) {
    return word != null && KIND.matcher(word).matches();
  }

  static <V> V or(@Nullable V value, V fallback) {
    return value == null ? fallback : value;
  }

  static void required(String key, @Nullable Object value) {
    if (Objects.isNull(value)) {
      throw new ConfigurationProblem(key + " is missing");
    }
  }

  static long positive(String key, long value) {
    if (value < 0) {
      throw new ConfigurationProblem(key + " must be positive");
    }
    return value;
  }
}
