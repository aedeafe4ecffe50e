package dev.countermand.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");

  @Test
  void everyKeyIsDocumentedAndNoOther() throws IOException {
    Set<String> documented = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(Files.readString(DOCUMENT));
    while (row.find()) {
      assertThat(documented.add(row.group(1))).as("%s is documented once", row.group(1)).isTrue();
    }
    Set<String> keys = new TreeSet<>();
    collect(Configuration.class, "", keys);

    assertThat(documented).isEqualTo(keys);
  }

  @Test
  void theExampleIsAConfiguration() throws IOException {
    String document = Files.readString(DOCUMENT);
    int start = document.indexOf("```yaml\n") + 8;

    Configuration read =
        ConfigurationLoader.read(
            document.substring(start, document.indexOf("```", start)), "docs/configuration.md");

    assertThat(read.containment().providers()).containsOnlyKeys("infra");
    assertThat(read.gateway().sources().get(0).agent()).isEqualTo("billing-coder");
  }

  private static void collect(Type type, String path, Set<String> keys) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      collect(generic.getActualTypeArguments()[0], path + "[]", keys);
    } else if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
      collect(generic.getActualTypeArguments()[1], path + ".*", keys);
    } else if (type instanceof Class<?> c && c.isRecord()) {
      for (RecordComponent component : c.getRecordComponents()) {
        String key = Outline.key(component);
        collect(component.getGenericType(), path.isEmpty() ? key : path + "." + key, keys);
      }
    } else {
      keys.add(path);
    }
  }
}
