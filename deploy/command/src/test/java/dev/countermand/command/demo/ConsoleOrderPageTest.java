package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Severity;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.IncidentSample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows in whatever order answers, news and what a person types come. */
final class ConsoleOrderPageTest {
  @TempDir static Path directory;

  private static Chromium browser;
  private static SmallConsole small;
  private static ConsolePage page;

  @BeforeAll
  static void start() throws Exception {
    browser = Chromium.start();
    small = new SmallConsole(directory);
    page = new ConsolePage(browser, small);
  }

  @AfterAll
  static void end() {
    if (small != null) {
      small.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void signedIn() {
    page.signIn("responder");
  }

  @Test
  void whatComesWhileAPersonFiltersTheStreamIsShown() {
    page.go("now");
    browser.one(".stream.live");
    // Faster than the stream is drawn.
    browser.script(
        """
        const field = document.querySelector('.stream-card input');
        window.typing = setInterval(() => field.dispatchEvent(new Event('input')), 5);
        """);
    small.isFound(FindingSample.of("typed", Instant.now()).severity(Severity.CRITICAL));
    Awaitility.await("for the news")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                browser
                    .script("return document.getElementById('news').textContent")
                    .equals("critical: What typed says."));
    browser.script("clearInterval(window.typing)");

    browser.one(".stream-card .entry", "What typed says.");
  }

  @Test
  void anAnswerThatComesAfterThatOfALaterQuestionIsNotDrawn() {
    for (String agent : new String[] {"slow-agent", "later-agent"}) {
      small.isIncident(IncidentSample.of("of-" + agent, Instant.now()).agent(agent));
    }
    page.go("incidents");
    Awaitility.await("for both incidents")
        .atMost(Duration.ofSeconds(30))
        .until(() -> agents().containsAll(List.of("slow-agent", "later-agent")));
    // The first answer waits until it is let go.
    browser.script(
        """
        const real = window.fetch;
        window.read = [];
        window.fetch = async (path, how) => {
          const question = new URLSearchParams(String(path).split('?')[1]).get('q');
          if (question === 'slow') {
            await new Promise((go) => { window.letGo = go; });
          }
          const answer = await real(path, how);
          const text = await answer.text();
          answer.text = async () => {
            window.read.push(question);
            return text;
          };
          return answer;
        };
        """);
    filter("slow");
    Awaitility.await("for the first question")
        .until(() -> browser.script("return window.letGo !== undefined").equals(true));
    filter("later");
    awaitAnswer("later");
    assertThat(agents()).containsExactly("later-agent");

    browser.script("window.letGo()");
    awaitAnswer("slow");
    assertThat(agents()).containsExactly("later-agent");
  }

  private static void filter(String words) {
    browser.script(
        """
        const field = document.querySelector('.filters input');
        field.value = '%s';
        field.dispatchEvent(new Event('input'));
        """
            .formatted(words));
  }

  private static void awaitAnswer(String question) {
    Awaitility.await("for the answer of " + question)
        .until(
            () -> browser.script("return window.read.includes('" + question + "')").equals(true));
  }

  /** The agents of the incidents that are listed, at one moment. */
  private static List<String> agents() {
    List<?> shown =
        (List<?>)
            browser.script(
                """
                return [...document.querySelectorAll('tbody tr')]
                  .map((row) => row.querySelector('a[href^="#/agents/"]').innerText)
                """);
    return shown.stream().map(String::valueOf).toList();
  }
}
