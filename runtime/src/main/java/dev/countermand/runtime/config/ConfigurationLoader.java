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
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration. A key that nobody knows stops with the key that was probably meant; a
 * value is never quoted in an error, because somebody may have pasted a secret. YAML aliases and a
 * key that stands twice are refused.
 */
public final class ConfigurationLoader {
  private static final int MAX_SHOWN = 80;

  /** Largest file, in bytes. */
  private static final int MAX_BYTES = 1024 * 1024;

  private static final YAMLFactory FACTORY = YAMLFactory.builder().build();

  private static final ObjectMapper YAML =
      YAMLMapper.builder(FACTORY)
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // A key with nothing behind it is one that is left out.
          .withCoercionConfigDefaults(
              empty -> empty.setCoercion(CoercionInputShape.EmptyString, CoercionAction.AsNull))
          .addModule(
              new SimpleModule()
                  .addDeserializer(Duration.class, new DurationReader())
                  .addDeserializer(
                      GatewaySettings.WithoutVerdict.class, new WithoutVerdictReader()))
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
      if (Files.size(file) > MAX_BYTES) {
        throw invalid(file.toString(), "", "it is larger than " + MAX_BYTES + " bytes");
      }
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
    return read(yaml, origin, Configuration.class);
  }

  /**
   * Another document of the same kind: a record whose keys may all be left out.
   *
   * @param origin names the text in errors
   * @throws CountermandException CONFIG_UNKNOWN_KEY or CONFIG_INVALID
   */
  public static <T> T read(String yaml, String origin, Class<T> type) {
    try {
      Outline outline = Outline.of(FACTORY, yaml, type);
      return bind(outline.hasContent() ? yaml : "{}", origin, outline, type);
    } catch (Outline.UnknownKey e) {
      throw unknownKey(origin, e);
    } catch (ConfigurationProblem e) {
      throw invalid(origin, "", String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      throw invalid(origin, line(Optional.empty(), e), "this is not YAML");
    } catch (IOException e) {
      throw new UncheckedIOException("a text cannot fail to be read", e);
    }
  }

  private static <T> T bind(String yaml, String origin, Outline outline, Class<T> type)
      throws JsonProcessingException {
    try {
      return YAML.readValue(yaml, type);
    } catch (JsonMappingException e) {
      String path = path(e);
      String at = path.isEmpty() ? "" : " at \"" + shortened(path) + "\"";
      throw invalid(origin, at + line(outline.line(path), e), expected(e));
    }
  }

  private static CountermandException unknownKey(String origin, Outline.UnknownKey e) {
    String hint =
        closest(e.key, e.known)
            .map(right -> " Did you mean \"" + right + "\"?")
            .orElseGet(
                () ->
                    " Known here: "
                        + e.known.stream().sorted().collect(Collectors.joining(", "))
                        + ".");
    return new CountermandException(
        "CONFIG_UNKNOWN_KEY",
        "The configuration "
            + origin
            + " has an unknown key \""
            + shortened(e.path)
            + "\" in line "
            + e.line
            + "."
            + hint);
  }

  private static CountermandException invalid(String origin, String place, String why) {
    return new CountermandException(
        "CONFIG_INVALID",
        "The configuration " + origin + " is not valid" + place + ": " + why + ".");
  }

  /** What was expected. The parser's own messages quote values and are not used. */
  private static String expected(JsonMappingException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationProblem) {
        return String.valueOf(cause.getMessage());
      }
    }
    Class<?> type = e instanceof MismatchedInputException wrong ? wrong.getTargetType() : null;
    if (type == null) {
      return "it has a wrong value";
    } else if (type == SecretRef.class) {
      return "a secret is never written here; give \"file\" or \"env\", where it is read from";
    } else if (type.isEnum()) {
      return "it must be one of "
          + Stream.of(type.getEnumConstants())
              .map(word -> word.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
              .collect(Collectors.joining(", "));
    } else if (type == int.class || type == long.class) {
      return "it must be a whole number in range";
    } else if (type.isRecord() || Map.class.isAssignableFrom(type)) {
      return "it must be a map of keys to values";
    } else if (List.class.isAssignableFrom(type)) {
      return "it must be a list";
    }
    return "it has a wrong value";
  }

  private static String line(Optional<Integer> known, JsonProcessingException e) {
    if (known.isEmpty() && e.getLocation() == null) {
      return "";
    }
    return " in line " + known.orElseGet(() -> e.getLocation().getLineNr());
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

  /** A key that nobody knows can be anything, long or with line breaks. */
  private static String shortened(String key) {
    String printable =
        key.codePoints()
            .limit(MAX_SHOWN)
            .map(c -> Character.isISOControl(c) ? '?' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return key.codePointCount(0, key.length()) > MAX_SHOWN ? printable + "..." : printable;
  }

  /** The known word that is nearest to a mistyped one, if one is near enough. */
  public static Optional<String> closest(String word, Collection<?> known) {
    if (word.length() > MAX_SHOWN) {
      return Optional.empty();
    }
    return known.stream()
        .map(Object::toString)
        .filter(candidate -> distance(word, candidate) <= Math.max(2, word.length() / 3))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** The Levenshtein distance, with two neighbours swapped for one change. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  /** Durations such as {@code 500ms}, {@code 1s}, {@code 5m}, {@code 2h}, {@code 7d}. */
  private static final class DurationReader extends StdScalarDeserializer<Duration> {
    private static final long serialVersionUID = 1L;
    private static final Map<String, ChronoUnit> UNITS =
        Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    DurationReader() {
      super(Duration.class);
    }

    @Override
    public @Nullable Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getText().strip();
      if (text.isEmpty()) {
        return null;
      }
      int digits = 0;
      while (digits < text.length() && isDigit(text.charAt(digits))) {
        digits++;
      }
      if (digits > 0 && digits < 10) {
        ChronoUnit unit = UNITS.get(text.substring(digits));
        if (unit != null) {
          return Duration.of(Long.parseLong(text.substring(0, digits)), unit);
        }
      }
      throw new ConfigurationProblem("a duration is a number with ms, s, m, h or d");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Words with {@code -}, as everywhere in the file. */
  private static final class WithoutVerdictReader
      extends StdScalarDeserializer<GatewaySettings.WithoutVerdict> {
    private static final long serialVersionUID = 1L;

    WithoutVerdictReader() {
      super(GatewaySettings.WithoutVerdict.class);
    }

    @Override
    public GatewaySettings.WithoutVerdict deserialize(
        JsonParser parser, DeserializationContext context) throws IOException {
      String word = parser.getText().strip().toUpperCase(Locale.ROOT).replace('-', '_');
      for (GatewaySettings.WithoutVerdict value : GatewaySettings.WithoutVerdict.values()) {
        if (value.name().equals(word)) {
          return value;
        }
      }
      throw new ConfigurationProblem("needs deny-dangerous, deny, ask or allow");
    }
  }
}
