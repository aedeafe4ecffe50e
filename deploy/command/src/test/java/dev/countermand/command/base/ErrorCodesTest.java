package dev.countermand.command.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every stable code stands in docs/errors.md, once, and nothing else does. */
class ErrorCodesTest {
  private static final Path ROOT = root();

  // The first argument, or the one after an HTTP status, of what carries a code.
  private static final Pattern THROWN =
      Pattern.compile(
          "new (?:CountermandException|EmbeddedServerException|LineException|Refusal)\\("
              + "\\s*(?:\\d+,\\s*)?\"([A-Z][A-Z0-9_]*)\"");
  // A code that goes through a variable or into a dead letter, in files that deal with errors.
  private static final Pattern NAMED =
      Pattern.compile("(?<!getenv\\(|ENV = )\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\"");
  private static final Pattern DEALS_WITH_ERRORS =
      Pattern.compile("DeadLetters|CountermandException|LineException|new Refusal");
  // A code that is neither one literal, nor a constant or variable, nor that of another error.
  private static final Pattern MADE =
      Pattern.compile(
          "new (?:CountermandException|EmbeddedServerException|LineException|Refusal)\\("
              + "\\s*+(?:\\d+,\\s*+|status\\.code\\(\\),\\s*+|status,\\s*+)?+"
              + "(?!\"[A-Z][A-Z0-9_]*\"\\s*[,)]|[A-Z]\\w*\\.[A-Z_]+\\s*[,)]|\\w+\\s*[,)]|\\w+\\.code\\(\\)\\s*[,)]"
              + "|code\\(\\w+\\)\\s*[,)])"
              + "([^,]{1,80})");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z][A-Z0-9_]*)` \\|");

  @Test
  void everyCodeThatIsThrownIsDocumented() throws IOException {
    Set<String> thrown = new TreeSet<>();
    for (Path source : mainSources()) {
      String text = Files.readString(source);
      THROWN.matcher(text).results().forEach(code -> thrown.add(code.group(1)));
      if (DEALS_WITH_ERRORS.matcher(text).find()) {
        NAMED.matcher(text).results().forEach(code -> thrown.add(code.group(1)));
      }
    }

    assertThat(thrown).as("the search finds codes").contains("CONFIG_UNKNOWN_KEY", "PORT_TAKEN");
    assertThat(documented()).as("docs/errors.md").containsAll(thrown);
  }

  /**
   * The tests here look for codes in the sources; one that is put together there they would miss.
   */
  @Test
  void noCodeIsMadeOfOtherTexts() throws IOException {
    Set<String> made = new TreeSet<>();
    for (Path source : mainSources()) {
      MADE.matcher(Files.readString(source))
          .results()
          .forEach(one -> made.add(source.getFileName() + ": " + one.group(1)));
    }

    assertThat(made).isEmpty();
  }

  @Test
  void aCodeThatIsMadeOfOtherTextsIsSeen() {
    assertThat(
            MADE.matcher("new Refusal(\n status.code(),\n status.reasonPhrase().toUpperCase(), x"))
        .matches(one -> one.find());
    assertThat(MADE.matcher("new Refusal(400, \"A_\" + word, why)")).matches(one -> one.find());
    assertThat(MADE.matcher("new Refusal(503, known.code(), why)")).matches(one -> !one.find());
    assertThat(MADE.matcher("new Refusal(400, \"A_CODE\", why)")).matches(one -> !one.find());
  }

  @Test
  void everyCodeThatIsDocumentedStandsSomewhereInTheCode() throws IOException {
    Set<String> left = new TreeSet<>(documented());
    for (Path source : mainSources()) {
      String text = Files.readString(source);
      left.removeIf(code -> text.contains('"' + code + '"'));
    }

    assertThat(left).as("documented, but in no source").isEmpty();
  }

  private static Set<String> documented() throws IOException {
    Set<String> codes = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(ROOT.resolve("docs/errors.md")));
    while (row.find()) {
      assertThat(codes.add(row.group(1))).as("%s is documented once", row.group(1)).isTrue();
    }
    return codes;
  }

  private static Iterable<Path> mainSources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/main/java/"))
          .toList();
    }
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("model"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
