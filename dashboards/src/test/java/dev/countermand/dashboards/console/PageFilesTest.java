package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the files of the console's page must not and must have. */
final class PageFilesTest {
  private static final String WEB = "/dev/countermand/dashboards/console/web/";
  private static final Pattern NAMED = Pattern.compile("\"(/assets/[^\"]+)\"");
  private static final Pattern IMPORT = Pattern.compile("from \"(\\.[^\"]+)\"");

  private static List<Path> files() throws IOException, URISyntaxException {
    Path web = Path.of(PageFilesTest.class.getResource(WEB).toURI());
    try (Stream<Path> walk = Files.walk(web)) {
      List<Path> files = walk.filter(Files::isRegularFile).toList();
      assertThat(files).hasSizeGreaterThan(10);
      return files;
    }
  }

  @Test
  void noTextBecomesMarkupOrCode() throws Exception {
    for (Path file : files()) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write")
          .doesNotContain("createContextualFragment", "setHTML", "DOMParser", "srcdoc")
          .doesNotContain("eval(", "new Function", "javascript:", ".html(");
    }
  }

  @Test
  void nothingIsInlineInThePage() throws Exception {
    for (Path file : files()) {
      if (file.toString().endsWith(".html")) {
        assertThat(Files.readString(file))
            .doesNotContain("<style", " style=", " onclick=", " onload=")
            .doesNotContainPattern("<script(?![^>]* src=)");
      }
    }
  }

  @Test
  void nothingIsAskedOfAnotherServer() throws Exception {
    for (Path file : files()) {
      String others = Files.readString(file).replace("http://www.w3.org/2000/svg", "");
      assertThat(others)
          .as(file.toString())
          .doesNotContain("http://", "https://", "\"//", "@import", "url(");
    }
  }

  @Test
  void whatTheFilesNameIsThere() throws Exception {
    for (Path file : files()) {
      String text = Files.readString(file);
      for (Matcher named = NAMED.matcher(text); named.find(); ) {
        assertThat(getClass().getResource(resource(named.group(1)))).as(named.group(1)).isNotNull();
      }
      URI here = file.toUri();
      for (Matcher imported = IMPORT.matcher(text); imported.find(); ) {
        assertThat(Path.of(here.resolve(imported.group(1)))).isRegularFile();
      }
    }
  }

  private static String resource(String address) {
    return address.startsWith("/assets/lib/")
        ? address.replace("/assets/lib/", "/META-INF/resources/webjars/")
        : WEB + address.substring(1);
  }
}
