package dev.countermand.detectors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import dev.countermand.model.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads what is known from YAML files on the class path. Thread-safe. */
public final class KnowledgeFiles {
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addDeserializer(Verb.class, new WireReader<>(Verb.class))
                  .addDeserializer(Severity.class, new WireReader<>(Severity.class))
                  .addDeserializer(Recommendation.class, new WireReader<>(Recommendation.class)))
          .build();

  private KnowledgeFiles() {}

  /**
   * Reads a file that lies beside a class. One that cannot be read, or has an unknown key, is an
   * error of the build and not of an agent.
   */
  public static <T> T read(Class<?> beside, String file, Class<T> type) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("Missing on the class path: " + file);
      }
      return YAML.readValue(in, type);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the knowledge file " + file, e);
    }
  }

  /**
   * The names of the YAML files in a folder that lies beside a class, sorted.
   *
   * @param folder with a slash at its end
   */
  public static List<String> names(Class<?> beside, String folder) {
    URL found = beside.getResource(folder);
    if (found == null) {
      throw new IllegalStateException("Missing on the class path: the folder " + folder);
    }
    try {
      return found.getProtocol().equals("jar") ? inJar(found) : inDirectory(found.toURI());
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("Cannot list the knowledge folder at " + found, e);
    }
  }

  private static List<String> inDirectory(URI folder) throws IOException {
    try (Stream<Path> list = Files.list(Path.of(folder))) {
      return list.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList();
    }
  }

  private static List<String> inJar(URL folder) throws IOException {
    JarURLConnection connection = (JarURLConnection) folder.openConnection();
    String prefix = connection.getEntryName();
    try (Stream<java.util.jar.JarEntry> entries = connection.getJarFile().stream()) {
      return entries
          .map(java.util.jar.JarEntry::getName)
          .filter(name -> name.startsWith(prefix) && name.endsWith(".yaml"))
          .map(name -> name.substring(name.lastIndexOf('/') + 1))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  /** Reads a value by its wire name, as JSON has it. */
  private static final class WireReader<W extends Enum<W> & Wire> extends StdDeserializer<W> {
    private static final long serialVersionUID = 1L;

    private final Class<W> type;

    WireReader(Class<W> type) {
      super(type);
      this.type = type;
    }

    @Override
    public W deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      String name = parser.getText();
      return Arrays.stream(type.getEnumConstants())
          .filter(one -> one.wireName().equals(name))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("No " + type + " is called " + name));
    }
  }
}
