package dev.countermand.runtime.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads the configuration. A key that nobody knows stops with the key that was probably meant; a
 * value is never quoted in an error, because somebody may have pasted a secret.
 */
public final class ConfigurationLoader {
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .addModule(
              new SimpleModule()
                  .addDeserializer(Duration.class, new DurationReader())
                  .addDeserializer(Configuration.WithoutVerdict.class, new WithoutVerdictReader()))
          .build();

  private ConfigurationLoader() {}

  /** The configuration where no file is given. */
  public static Configuration defaults() {
    return read("{}", "defaults");
  }

  /**
   * The configuration of a file.
   *
   * @throws CountermandException CONFIG_UNREADABLE, CONFIG_UNKNOWN_KEY or CONFIG_INVALID
   */
  public static Configuration load(Path file) {
    try {
      return read(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new CountermandException(
          "CONFIG_UNREADABLE",
          "The configuration " + file + " cannot be read. Check the path and that this user may.",
          e);
    }
  }

  /**
   * The configuration of a text.
   *
   * @param origin names the text in errors
   * @throws CountermandException CONFIG_UNKNOWN_KEY or CONFIG_INVALID
   */
  public static Configuration read(String yaml, String origin) {
    try {
      return YAML.readValue(yaml.isBlank() ? "{}" : yaml, Configuration.class);
    } catch (UnrecognizedPropertyException e) {
      throw unknownKey(origin, e);
    } catch (JsonMappingException e) {
      throw invalid(origin, e, path(e));
    } catch (JsonProcessingException e) {
      throw invalid(origin, e, "");
    }
  }

  private static CountermandException unknownKey(String origin, UnrecognizedPropertyException e) {
    Collection<Object> known = e.getKnownPropertyIds();
    String key = e.getPropertyName();
    String hint =
        closest(key, known)
            .map(right -> " Did you mean \"" + right + "\"?")
            .orElseGet(
                () ->
                    " Known here: "
                        + known.stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", "))
                        + ".");
    return new CountermandException(
        "CONFIG_UNKNOWN_KEY",
        "The configuration "
            + origin
            + " has an unknown key \""
            + path(e)
            + "\""
            + line(e)
            + "."
            + hint);
  }

  private static CountermandException invalid(
      String origin, JsonProcessingException e, String path) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    // Our own checks name keys only; the parser's messages quote values.
    String why = root instanceof IllegalArgumentException ? root.getMessage() : "has a wrong value";
    return new CountermandException(
        "CONFIG_INVALID",
        "The configuration "
            + origin
            + " is not valid"
            + (path.isEmpty() ? "" : " at \"" + path + "\"")
            + line(e)
            + ": "
            + why
            + ".");
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getFieldName() != null
                    ? "." + step.getFieldName()
                    : "[" + step.getIndex() + "]")
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  /** The known word that is nearest to a mistyped one, if one is near enough. */
  public static Optional<String> closest(String word, Collection<?> known) {
    return known.stream()
        .map(Object::toString)
        .filter(candidate -> distance(word, candidate) <= Math.max(2, word.length() / 3))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** The Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + change);
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  /** Durations such as {@code 500ms}, {@code 1s}, {@code 5m}, {@code 2h}, {@code 7d}. */
  private static final class DurationReader extends StdScalarDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    DurationReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getText().strip();
      int digits = 0;
      while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
        digits++;
      }
      if (digits > 0 && digits < 10) {
        long amount = Long.parseLong(text.substring(0, digits));
        switch (text.substring(digits)) {
          case "ms":
            return Duration.ofMillis(amount);
          case "s":
            return Duration.ofSeconds(amount);
          case "m":
            return Duration.ofMinutes(amount);
          case "h":
            return Duration.ofHours(amount);
          case "d":
            return Duration.ofDays(amount);
          default:
            break;
        }
      }
      throw new IllegalArgumentException("a duration is a number with ms, s, m, h or d");
    }
  }

  /** Words with {@code -}, as everywhere in the file. */
  private static final class WithoutVerdictReader
      extends StdScalarDeserializer<Configuration.WithoutVerdict> {
    private static final long serialVersionUID = 1L;

    WithoutVerdictReader() {
      super(Configuration.WithoutVerdict.class);
    }

    @Override
    public Configuration.WithoutVerdict deserialize(
        JsonParser parser, DeserializationContext context) throws IOException {
      String word = parser.getText().strip().toUpperCase(Locale.ROOT).replace('-', '_');
      for (Configuration.WithoutVerdict value : Configuration.WithoutVerdict.values()) {
        if (value.name().equals(word)) {
          return value;
        }
      }
      throw new IllegalArgumentException("needs deny-dangerous, deny, ask or allow");
    }
  }
}
