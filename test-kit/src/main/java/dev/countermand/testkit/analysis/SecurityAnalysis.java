package dev.countermand.testkit.analysis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.ElasticsearchPlugin;
import dev.countermand.model.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The plugin that these classes are. */
public final class SecurityAnalysis {
  private static final String NAME = "countermand-analysis";
  private static final String FILTER = "org.elasticsearch.plugin.analysis.TokenFilterFactory";
  private static final String TOKENIZER = "org.elasticsearch.plugin.analysis.TokenizerFactory";

  // By name: none of them can be loaded here, where there is no Lucene.
  private static final String CAPTURED = "CapturedTokens";
  private static final String UNIQUE = "UniqueTokens";
  private static final String EMAIL = "EmailTokenizer";

  private SecurityAnalysis() {}

  /** For an Elasticsearch of exactly that version. */
  public static ElasticsearchPlugin plugin(String version) {
    ObjectNode components = Json.mapper().createObjectNode();
    components
        .putObject(FILTER)
        .put(CapturedTokens.NAME, className(CAPTURED))
        .put(UniqueTokens.NAME, className(UNIQUE));
    components.putObject(TOKENIZER).put(EmailTokenizer.NAME, className(EMAIL));
    return new ElasticsearchPlugin(
        NAME,
        Map.of(
            "stable-plugin-descriptor.properties",
            bytes(descriptor(version)),
            "named_components.json",
            bytes(components.toString()),
            NAME + ".jar",
            jar()));
  }

  private static String descriptor(String version) {
    return String.join(
        "\n",
        "name=" + NAME,
        "description=What the index of users and API keys is analysed with",
        "version=" + version,
        "elasticsearch.version=" + version,
        "java.version=17",
        "");
  }

  private static byte[] jar() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      for (String one :
          List.of(CAPTURED, CAPTURED + "$Settings", UNIQUE, UNIQUE + "$Filter", EMAIL)) {
        JarEntry entry = new JarEntry(className(one).replace('.', '/') + ".class");
        // The same bytes every time: they tell one plugin from another.
        entry.setTime(0);
        jar.putNextEntry(entry);
        try (InputStream file = SecurityAnalysis.class.getResourceAsStream(one + ".class")) {
          if (file == null) {
            throw new IOException(one + " is not on the class path");
          }
          file.transferTo(jar);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String className(String simpleName) {
    return SecurityAnalysis.class.getPackageName() + "." + simpleName;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
