package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.openqa.selenium.Keys;

/** The console's page as a person uses it. */
final class ConsolePage {
  private final Chromium browser;
  private final ConsoleSite site;

  ConsolePage(Chromium browser, ConsoleSite site) {
    this.browser = browser;
    this.site = site;
  }

  /** Signs in as {@code viewer}, {@code responder} or {@code admin}, whoever was before. */
  void signIn(String who) {
    browser.forget();
    browser.open(site.console().toString());
    browser.one("#token").sendKeys(site.token(who), Keys.ENTER);
    browser.one("#header nav");
  }

  /** Goes to a page and waits until it is there. */
  void go(String route) {
    browser.script("location.hash = '#/" + route + "'");
    browser.one("main." + route.replaceAll("[/?].*", "") + " > *");
  }

  /** Finds the demo's incident in the list, and opens it. */
  void openTheIncident() {
    go("incidents");
    browser.openRow(DemoConfiguration.AGENT);
    browser.one(".story .dead");
  }

  /** Writes what is seen into the documents, where that is asked for. */
  void picture(String name) throws IOException {
    if (Boolean.getBoolean("countermand.write")) {
      browser.settle();
      Path file = Path.of("../../docs/pictures", name + ".png");
      browser.picture(file);
      assertThat(Files.size(file)).isLessThan(200 * 1024);
    }
  }

  /** How wide the page is, what is out of sight included. */
  long width() {
    return ((Number) browser.script("return document.documentElement.scrollWidth")).longValue();
  }

  /** How many milliseconds pass from a click on a timeline to its rows. */
  double millisToOpen(String route) {
    browser.script(
        """
        const from = performance.now();
        window.opened = null;
        const watch = setInterval(() => {
          if (document.querySelector('.list .row')) {
            window.opened = performance.now() - from;
            clearInterval(watch);
          }
        }, 5);
        location.hash = '#/%s';
        """
            .formatted(route));
    return number("opened");
  }

  /** How many milliseconds a frame takes while a timeline is zoomed, in the median. */
  double millisOfAFrame() {
    browser.script(
        """
        const times = [];
        let last = performance.now();
        window.frame = null;
        const step = () => {
          times.push(performance.now() - last);
          last = performance.now();
          if (times.length <= 40) {
            document.querySelector('[aria-label=Closer]').click();
            requestAnimationFrame(step);
          } else {
            window.frame = times.sort((a, b) => a - b)[20];
          }
        };
        requestAnimationFrame(step);
        """);
    return number("frame");
  }

  private double number(String name) {
    Object value =
        Awaitility.await()
            .until(() -> browser.script("return window." + name), found -> found != null);
    return ((Number) value).doubleValue();
  }
}
