package dev.countermand.detectors.understand;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.countermand.model.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of programs: every YAML file in the knowledge folder of the class path. */
final class Knowledge {
  private static final String FOLDER = "knowledge/";
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(new SimpleModule().addDeserializer(Verb.class, new VerbReader()))
          .build();

  private final Map<String, Tool> tools;
  private final Map<String, Tool> files;
  private final ActionWords words;
  private final Radius radius;
  private final Calibration calibration;

  private Knowledge(
      Map<String, Tool> files, ActionWords words, Radius radius, Calibration calibration) {
    this.files = files;
    this.words = words;
    this.radius = radius;
    this.calibration = calibration;
    this.tools = new HashMap<>();
    files.forEach((file, tool) -> tool.tools().forEach(name -> claim(name, tool, file)));
  }

  private void claim(String name, Tool tool, String file) {
    if (tools.put(name, tool) != null) {
      throw new IllegalArgumentException(
          "The tool " + name + " of " + file + " is described twice in the knowledge folder.");
    }
  }

  /** Reads all files. A file that cannot be read is an error of the build, not of an agent. */
  static Knowledge load() {
    Map<String, Tool> files = new TreeMap<>();
    for (String name : names()) {
      files.put(name, read(FOLDER + name, Tool.class));
    }
    return new Knowledge(
        files,
        new ActionWords(read("words.yaml", ActionWords.Words.class)),
        read("radius.yaml", Radius.class),
        read("calibration.yaml", Calibration.class));
  }

  /** The entry of a program, or null. */
  @Nullable Tool tool(String name) {
    return tools.get(name);
  }

  ActionWords words() {
    return words;
  }

  Radius radius() {
    return radius;
  }

  Calibration calibration() {
    return calibration;
  }

  /** The entries by file name, sorted. */
  Map<String, Tool> files() {
    return files;
  }

  private static <T> T read(String resource, Class<T> type) {
    try (InputStream in = Knowledge.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("Missing on the class path: " + resource);
      }
      return YAML.readValue(in, type);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the knowledge file " + resource, e);
    }
  }

  private static List<String> names() {
    URL folder = Knowledge.class.getResource(FOLDER);
    if (folder == null) {
      throw new IllegalStateException("Missing on the class path: the folder " + FOLDER);
    }
    try {
      return folder.getProtocol().equals("jar") ? inJar(folder) : inDirectory(folder.toURI());
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("Cannot list the knowledge folder at " + folder, e);
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

  /** Reads a verb by its wire name, as JSON has it. */
  private static final class VerbReader extends StdDeserializer<Verb> {
    private static final long serialVersionUID = 1L;

    VerbReader() {
      super(Verb.class);
    }

    @Override
    public Verb deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      return Verb.valueOf(parser.getText().toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
